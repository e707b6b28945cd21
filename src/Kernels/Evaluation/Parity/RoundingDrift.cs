using System.Buffers;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Kernels.Evaluation.Parity;

/// <summary>
/// Perturbs a simulated run as far as the order of float operations may: the inputs by a few units in the last place, and each number that
/// is rounded to a code by up to the width of a tie. A code that changes also moves later ones, so the difference in the outputs is a
/// property of the network and the plan, not of the runtime.
/// </summary>
/// <param name="seed">The same seed gives the same perturbation.</param>
internal sealed class RoundingDrift(int seed) : IRunObserver
{
    private const float InputShare = 1f / (1 << 20);

    private readonly Random _random = new(seed);

    /// <summary>Perturbs the inputs.</summary>
    public IReadOnlyList<TensorData> Moved(IReadOnlyList<TensorData> inputs) => [.. inputs.Select(Moved)];

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
