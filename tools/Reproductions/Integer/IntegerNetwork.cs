namespace Cluster.Reproductions.Integer;

/// <summary>
/// A chain of layers that computes with whole numbers only, from the codes of an image to logits that are whole numbers of
/// one scale.
/// </summary>
/// <param name="Input">How the image becomes codes; the one place where a number is not whole.</param>
/// <param name="InputTensors">Tensors of the file that have the image's codes.</param>
/// <param name="Steps">In order.</param>
internal sealed record IntegerNetwork(
    QuantizationParameters Input, IReadOnlyList<string> InputTensors, IReadOnlyList<IntegerStep> Steps)
{
    /// <summary>Codes after each step, the last being the logits.</summary>
    /// <param name="image">Preprocessed pixels, (channels, height, width).</param>
    /// <param name="seen">Told the codes of each tensor of the file; may be null.</param>
    public int[] Run(ReadOnlySpan<float> image, Action<string, int[]>? seen = null)
    {
        int[] codes = new int[image.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = (int)Math.Clamp(MathF.Round(image[i] / Input.Scale) + Input.ZeroPoint, Input.Minimum, Input.Maximum);
        }

        Tell(InputTensors, codes);
        foreach (var step in Steps)
        {
            codes = step.Run(codes);
            Tell(step.Tensors, codes);
        }

        return codes;

        void Tell(IReadOnlyList<string> tensors, int[] values)
        {
            foreach (string tensor in tensors)
            {
                seen?.Invoke(tensor, values);
            }
        }
    }
}
