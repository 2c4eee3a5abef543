"""The transformer of W11 in PyTorch: the model and the sizes of dev.autodiff.benchmarks.Gpt."""
import protocol

CHARACTERS, LENGTH, WIDTH, HEADS, BLOCKS, BATCH = 65, 64, 128, 4, 4, 12


def training(torch, np):
    nn, functional = torch.nn, torch.nn.functional

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
            self.qkv, self.projection = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
            self.hidden, self.output = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

        def forward(self, x):
            batch, length, width = x.shape
            q, k, v = (
                t.view(batch, length, HEADS, width // HEADS).transpose(1, 2)
                for t in self.qkv(self.norm1(x)).split(width, 2)
            )
            y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.projection(y.transpose(1, 2).reshape(batch, length, width))
            return x + self.output(functional.gelu(self.hidden(self.norm2(x))))

    class Gpt(nn.Module):
        def __init__(self):
            super().__init__()
            self.characters, self.positions = nn.Embedding(CHARACTERS, WIDTH), nn.Embedding(LENGTH, WIDTH)
            self.blocks = nn.Sequential(*[Block() for _ in range(BLOCKS)])
            self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, CHARACTERS, bias=False)

        def forward(self, x):
            places = self.positions(torch.arange(x.shape[1]))
            return self.head(self.norm(self.blocks(self.characters(x) + places))).flatten(0, 1)

    torch.manual_seed(1)
    model = Gpt()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=0.01)
    text = torch.from_numpy(np.random.default_rng(1).integers(0, CHARACTERS, BATCH * LENGTH + 1))
    x, y = text[:-1].view(BATCH, LENGTH), text[1:]

    def step():
        optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    def result():
        with torch.no_grad():
            return functional.cross_entropy(model(x), y).item()

    return protocol.Task(step, result)
