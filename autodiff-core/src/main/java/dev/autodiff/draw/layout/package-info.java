/**
 * Layered layout of graphs without cycles, after Sugiyama, Tagawa and Toda (1981): assignment of nodes to layers,
 * reduction of crossings, assignment of coordinates and routing of edges. Not exported; uses nothing.
 */
@NullMarked
package dev.autodiff.draw.layout;

import org.jspecify.annotations.NullMarked;
