"""A network of two outputs, exported by torch, and data for it."""
import torch

SIDE = 24


class Net(torch.nn.Module):
    """A mask, and the logits of four classes."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = torch.nn.Conv2d(3, 16, 3, padding=1), torch.nn.Conv2d(16, 16, 3, padding=1)
        self.mask, self.classes = torch.nn.Conv2d(16, 1, 1), torch.nn.Linear(16, 4)

    def forward(self, x):
        x = torch.relu(self.second(torch.relu(self.first(x))))
        return self.classes(x.mean((2, 3))), self.mask(x)


MODULE = Net().eval()


def network(path):
    """Writes it; returns the path."""
    torch.onnx.export(MODULE, (torch.zeros(1, 3, SIDE, SIDE),), path, input_names=["image"], output_names=["logits", "mask"],
                      dynamic_axes={"image": {0: "N"}}, opset_version=13)
    return path


def batches(count, seed):
    """Batches of (x, y), as a DataLoader gives them; y is the mask that the module itself gives."""
    generator = torch.Generator().manual_seed(seed)
    for _ in range(count):
        x = torch.randn(16, 3, SIDE, SIDE, generator=generator)
        with torch.no_grad():
            yield x, (MODULE(x)[1][:, 0] > 0).to(torch.uint8)
