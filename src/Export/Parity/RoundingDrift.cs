using TorchSharp;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Export.Parity;

/// <summary>
/// Perturbs a simulated run as far as float32 leaves it open: the inputs by a few units in the last place, the results of layers by one,
/// functions that level off as if they were 1, and each number that is rounded to a code by up to the width of a tie. A code that changes
/// also moves later ones, so the difference in the outputs is a property of the network and the plan, not of the runtime.
/// </summary>
/// <param name="seed">The same seed gives the same perturbation.</param>
/// <param name="codes">
/// A runtime's codes, which then stay as they are: only the numbers that are made of them move, by a few units in the last place.
/// </param>
/// <param name="see">Sees the numbers in steps before they are rounded, of each tensor.</param>
internal sealed class RoundingDrift(int seed, IRuntimeCodes? codes = null, Action<string, Tensor>? see = null) : IRunObserver
{
    private const float InputShare = 1f / (1 << 20);
    private const float LastPlace = 1f / (1 << 23);

    // Functions that level off, whose kernels are as exact as float32 is at 1, even where the function, or 1 less the function, is 1e-5:
    // ONNX Runtime's Sigmoid is wrong by up to 1.7e-7 between -20 and 20.
    private const float FunctionError = 1f / (1 << 22);
    private static readonly string[] Functions = ["Sigmoid", "Tanh", "Erf", "Gelu"];

    // A channel that is the same everywhere, less its mean, is nothing but this.
    private static readonly string[] Layers = ["Conv", "ConvTranspose", "Gemm", "MatMul", "Add", "Sub", "Mul", "Div"];

    private readonly Random _random = new(seed);

    /// <summary>Perturbs the inputs.</summary>
    public IReadOnlyList<TensorData> Moved(IReadOnlyList<TensorData> inputs) => [.. inputs.Select(Moved)];

    public void Computed(GraphNode node, Tensor value)
    {
        bool isLayer = Layers.Contains(node.OpType, StringComparer.Ordinal);
        if (value.dtype != ScalarType.Float32 || (!isLayer && !Functions.Contains(node.OpType, StringComparer.Ordinal)))
        {
            return;
        }

        float[] moved = new float[value.numel()];
        foreach (ref float number in moved.AsSpan())
        {
            number = MathF.CopySign(isLayer ? LastPlace : FunctionError, Draw());
        }

        using var own = TensorFactory.FromFloats(moved, value.shape);
        using var there = own.to(value);
        _ = isLayer ? value.addcmul_(value, there, ScalarNumbers.One) : value.add_(there, ScalarNumbers.One);
    }

    public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters)
    {
        see?.Invoke(tensor, steps);
        long[] shape = steps.shape;
        int count = checked((int)shape.Aggregate(1L, (product, size) => product * size));
        float[] rented = ArrayPool<float>.Shared.Rent(count);
        try
        {
            var numbers = rented.AsSpan(0, count);
            var shown = codes is null ? [] : codes.Codes(tensor);
            if (shown.IsEmpty)
            {
                TensorFactory.CopyTo(steps, numbers);
                foreach (ref float number in numbers)
                {
                    number += CodeDifferences.TieWidth * Draw();
                }

                AffineQuantizer.FakeQuantize(numbers, parameters with { Scale = 1 }, numbers);
            }
            else
            {
                CodeDifferences.Steps(shown, parameters, numbers);
                Move(numbers);
            }

            TensorPrimitives.Multiply(numbers, parameters.Scale, numbers);
            return CodeComparison.InLayout(numbers, shape);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private TensorData Moved(TensorData input)
    {
        if (input.Type != ElementType.Float)
        {
            return input;
        }

        float[] numbers = input.As<float>().ToArray();
        Move(numbers);
        return TensorData.FromFloats(input.Shape, numbers);
    }

    private void Move(Span<float> numbers)
    {
        foreach (ref float number in numbers)
        {
            number *= 1 + (InputShare * Draw());
        }
    }

    // From -1 to 1.
    private float Draw() => (2 * _random.NextSingle()) - 1;
}
