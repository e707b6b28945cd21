using System.Buffers;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Kernels.Evaluation.Parity;

/// <summary>
/// Moves a simulated run as far as the order of float operations may: the inputs by a few units in the last place, and each number that
/// is rounded to a code by up to the width of a tie. A code that falls on the other side moves others behind it, so that outputs differ
/// by what is the network's and the plan's, and not the runtime's.
/// </summary>
/// <param name="seed">The same one moves the same numbers.</param>
internal sealed class RoundingDrift(int seed) : IRunObserver
{
    private const float InputShare = 1f / (1 << 20);

    private readonly Random _random = new(seed);

    /// <summary>Inputs to begin with.</summary>
    public IReadOnlyList<TensorData> Moved(IReadOnlyList<TensorData> inputs) => [.. inputs.Select(Moved)];

    public void Computed(GraphNode node, Tensor value)
    {
    }

    public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters)
    {
        long[] shape = steps.shape;
        int count = checked((int)shape.Aggregate(1L, (product, size) => product * size));
        float[] rented = ArrayPool<float>.Shared.Rent(count);
        try
        {
            var numbers = rented.AsSpan(0, count);
            TensorFactory.CopyTo(steps, numbers);
            foreach (ref float number in numbers)
            {
                number += CodeDifferences.TieWidth * Draw();
            }

            AffineQuantizer.FakeQuantize(numbers, parameters with { Scale = 1 }, numbers);
            TensorPrimitives.Multiply(numbers, parameters.Scale, numbers);
            return CodeComparison.InLayout(numbers, shape);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private TensorData Moved(TensorData input) => input.Type == ElementType.Float
        ? TensorData.FromFloats(input.Shape, [.. input.As<float>().ToArray().Select(number => number * (1 + (InputShare * Draw())))])
        : input;

    // From -1 to 1.
    private float Draw() => (2 * _random.NextSingle()) - 1;
}
