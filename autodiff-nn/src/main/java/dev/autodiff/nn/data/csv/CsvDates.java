package dev.autodiff.nn.data.csv;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;

/**
 * Dates as numbers: days since 1970-01-01.
 *
 * @param formatter the form
 * @param description the form in words
 */
record CsvDates(DateTimeFormatter formatter, String description) {
    private static final double NANOS_OF_DAY = 86_400e9;

    private static final CsvDates ISO = new CsvDates(
            new DateTimeFormatterBuilder()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE)
                    .optionalStart()
                    .appendPattern("['T'][' ']")
                    .append(DateTimeFormatter.ISO_LOCAL_TIME)
                    .optionalStart()
                    .appendOffsetId()
                    .toFormatter(Locale.ROOT)
                    .withChronology(IsoChronology.INSTANCE)
                    .withResolverStyle(ResolverStyle.STRICT),
            "2024-02-29, or 2024-02-29T18:00:00");

    /**
     * Returns the form of a pattern; ISO 8601 for an empty one.
     *
     * @throws IllegalArgumentException if it is no pattern, or one of no dates
     */
    static CsvDates of(String pattern) {
        if (pattern.isEmpty()) {
            return ISO;
        }
        // Without an era, which nobody writes, yyyy cannot be checked strictly.
        String years = pattern.contains("G") ? pattern : pattern.replace('y', 'u');
        DateTimeFormatter formatter =
                DateTimeFormatter.ofPattern(years, Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT);
        CsvDates dates = new CsvDates(formatter, pattern);
        try {
            dates.days(formatter.format(LocalDateTime.of(2024, 2, 29, 18, 0).atOffset(ZoneOffset.UTC)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "The pattern \"" + pattern + "\" is none of dates, which have a day, a month and a year: "
                            + e.getMessage(),
                    e);
        }
        return dates;
    }

    /**
     * Returns the number of days from 1970-01-01 on.
     *
     * @throws DateTimeException if a text has another form, or there is no such day
     */
    double days(String text) {
        TemporalAccessor parsed = formatter.parse(text);
        LocalDate date = LocalDate.from(parsed);
        LocalTime time = parsed.query(TemporalQueries.localTime());
        double days = date.toEpochDay();
        if (time != null) {
            days += time.toNanoOfDay() / NANOS_OF_DAY;
        }
        return parsed.isSupported(ChronoField.OFFSET_SECONDS)
                ? days - parsed.get(ChronoField.OFFSET_SECONDS) / 86_400.0
                : days;
    }
}
