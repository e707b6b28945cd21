using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Tensors;

/// <summary>
/// Convolutions whose numbers of channels are no multiples of a vector's length depend on their inputs alone, not on what freed memory
/// holds, as oneDNN's do on some virtual machines (<see cref="OneDnn"/>).
/// </summary>
public sealed class ConvolutionMemoryTests
{
    // Channels in and out, groups, edge of the kernel.
    private static readonly (int Inputs, int Outputs, int Groups, int Edge)[] Layers =
    [
        (20, 50, 1, 5), (50, 20, 1, 5), (40, 60, 2, 3), (20, 20, 20, 3), (20, 50, 1, 1), (3, 20, 1, 3), (1, 20, 1, 5), (20, 1, 1, 5),
    ];

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Convolve_HeapFullOfNaN_IsTheConvolutionInDouble(int axes, bool isTransposed)
    {
        foreach (var (inputs, outputs, groups, edge) in Layers)
        {
            long[] image = [.. Enumerable.Repeat(axes == 3 ? 6L : 12L, axes)];
            long[] kernel = [.. Enumerable.Repeat((long)edge, axes)];
            long[] ones = [.. Enumerable.Repeat(1L, axes)];
            long[] none = new long[axes];
            using var scope = NewDisposeScope();
            var x = randn([4, inputs, .. image]);
            var weight = isTransposed ? randn([inputs, outputs / groups, .. kernel]) : randn([outputs, inputs / groups, .. kernel]);
            var bias = randn(outputs);
            (Tensor Result, IList<Tensor> Gradients) Run(ScalarType type)
            {
                var (first, second) = (x.to(type).detach().requires_grad_(), weight.to(type).detach().requires_grad_());
                PoisonHeap();
                var result = isTransposed
                    ? TensorOps.ConvolveTransposed(first, second, bias.to(type), ones, none, none, ones, groups)
                    : TensorOps.Convolve(first, second, bias.to(type), ones, none, ones, groups);
                PoisonHeap();
                return (result, autograd.grad([result], [first, second], [ones_like(result)]));
            }

            var exact = Run(ScalarType.Float64);
            for (int turn = 0; turn < 3; turn++)
            {
                var (result, gradients) = Run(ScalarType.Float32);

                Difference(result, exact.Result).ShouldBeLessThan(1e-4);
                Difference(gradients[0], exact.Gradients[0]).ShouldBeLessThan(1e-4, $"input, {inputs} to {outputs} in {groups}, {edge}");
                Difference(gradients[1], exact.Gradients[1]).ShouldBeLessThan(1e-4, $"weight, {inputs} to {outputs} in {groups}, {edge}");
            }
        }
    }

    // The largest, as a share of the largest value; not finite where one of the values is not.
    private static double Difference(Tensor a, Tensor b) =>
        ((a.to(ScalarType.Float64) - b).abs().max() / b.abs().max()).item<double>();

    // What is allocated next finds NaN.
    private static void PoisonHeap()
    {
        var blocks = Enumerable.Range(1, 40).Select(i => full([i * 6000], float.NaN)).ToArray();
        foreach (var block in blocks)
        {
            block.Dispose();
        }
    }
}
