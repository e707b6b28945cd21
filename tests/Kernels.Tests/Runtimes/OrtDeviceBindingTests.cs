using Cluster.Kernels.Graphs;
using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Tests.Runtimes;

/// <summary>IO binding on the processor's provider, whose device is this process's memory.</summary>
public sealed class OrtDeviceBindingTests
{
    private static readonly byte[] Doubler = TinyModel.Of(
        [TinyModel.Node("Add", ["x", "x"], "sum"), TinyModel.Node("Neg", ["sum"], "y")],
        [TinyModel.Value("x", TinyModel.Float, "N", "3")],
        [TinyModel.Value("y", TinyModel.Float, "N", "3")]);

    public OrtDeviceBindingTests() => OrtRequired.OrSkip();

    [Fact]
    public void Run_SeveralTimes_GivesTheSameOutput()
    {
        using var session = OrtSession.Open(Doubler, OrtRequired.Options);
        using var binding = session.BindToDevice([TensorData.FromFloats([2, 3], [1, 2, 3, 4, 5, 6])]);
        GC.Collect();

        binding.Run();
        binding.Run();

        binding.Output.ToArray().ShouldBe([-2f, -4, -6, -8, -10, -12]);
    }

    [Fact]
    public void Run_SeveralInputsOfTypes_AreBoundByTheirNames()
    {
        byte[] model = TinyModel.Of(
            [TinyModel.Node("Cast", ["n"], "f", TinyModel.Integer("to", TinyModel.Float)), TinyModel.Node("Sub", ["x", "f"], "y")],
            [TinyModel.Value("x", TinyModel.Float, "N", "2"), TinyModel.Value("n", TinyModel.Int64, "N", "2")],
            [TinyModel.Value("y", TinyModel.Float, "N", "2")]);
        using var session = OrtSession.Open(model, OrtRequired.Options);
        using var binding = session.BindToDevice([TensorData.FromFloats([1, 2], [5, 7]), TensorData.FromInt64([1, 2], [1, 2])]);

        binding.Run();

        binding.Output.ToArray().ShouldBe([4f, 5]);
    }

    [Fact]
    public void BindToDevice_InputOfAnotherType_IsRefused()
    {
        using var session = OrtSession.Open(Doubler, OrtRequired.Options);

        Should.Throw<KernelException>(() => session.BindToDevice([TensorData.FromInt64([1, 3], [1, 2, 3])]))
            .Message.ShouldContain("the network takes 'x' (Float)");
    }

    [Fact]
    public void Run_Disposed_IsRefused()
    {
        using var session = OrtSession.Open(Doubler, OrtRequired.Options);
        var binding = session.BindToDevice([TensorData.FromFloats([1, 3], [1, 2, 3])]);
        binding.Dispose();

        Should.Throw<ObjectDisposedException>(binding.Run);
    }
}
