namespace Cluster.Kernels.Metrics;

/// <summary>
/// The input that says which positions of a sample are padding, as exporters of transformers name it: 1 for a token, 0 for padding. What
/// a network gives for padding is read by nobody.
/// </summary>
/// <param name="input">Its place among the inputs.</param>
public sealed class PaddingMask(int input)
{
    private static readonly string[] Names = ["attention_mask", "input_mask"];

    /// <summary>The mask among a network's inputs; null: there is none.</summary>
    public static PaddingMask? Of(IReadOnlyList<ValueInfo> inputs) => inputs.Index()
        .Where(other => other.Item.Shape.Count == 2 && Names.Any(name => other.Item.Name.EndsWith(name, StringComparison.Ordinal)))
        .Select(other => new PaddingMask(other.Index))
        .FirstOrDefault();

    /// <summary>Sets what an output holds at padding to 0. An output whose second axis does not hold the mask's positions stays.</summary>
    /// <param name="inputs">Of the run, samples outermost.</param>
    /// <param name="shape">The output's, samples outermost.</param>
    /// <param name="values">Row-major; changed in place.</param>
    public void Clear(IReadOnlyList<TensorData> inputs, IReadOnlyList<long> shape, Span<float> values)
    {
        var mask = inputs[input];
        if (shape.Count < 2 || mask.Shape is not [var samples, var positions] || shape[0] != samples || shape[1] != positions)
        {
            return;
        }

        var kept = mask.ToFloats();
        if (kept.IsEmpty || kept.ContainsAnyExcept(0f, 1f))
        {
            return;
        }

        int size = values.Length / kept.Length;
        for (int position = 0; position < kept.Length; position++)
        {
            if (kept[position] == 0)
            {
                values.Slice(position * size, size).Clear();
            }
        }
    }
}
