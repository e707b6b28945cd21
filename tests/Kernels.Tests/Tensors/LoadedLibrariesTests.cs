using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Kernels.Tests.Tensors;

public sealed class LoadedLibrariesTests
{
    [Theory]
    [InlineData("libtorch_cpu.so")]
    [InlineData("libc10.so")]
    public void Process_BothLibrariesUsed_HasOneLibtorch(string name)
    {
        // A tensor of TorchSharp's goes through the native library and back: a second libtorch would have its own dispatcher and allocator.
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor doubled = torch.tensor([1f, 2]).add(torch.ones([2]));
        TensorFactory.ToFloats(doubled * doubled).ShouldBe([4f, 9f]);

        File.ReadLines("/proc/self/maps")
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .Where(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .Count()
            .ShouldBe(1);
    }
}
