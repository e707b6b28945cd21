namespace Cluster.Kernels.Metrics;

/// <summary>
/// The classes of pixels in a network's output: (N, classes, height, width), of which the largest counts; (N, 1, height, width) of two
/// classes; or (N, height, width), the classes themselves, as are integers of one channel. Masks of another size are
/// brought to the output's by the nearest pixel.
/// </summary>
/// <param name="Output">The output with its whole shape.</param>
/// <param name="Classes">Number of classes.</param>
public sealed record MaskFormat(ValueInfo Output, int Classes)
{
    /// <summary>Above it a pixel of one channel is of class 1: half a probability, or 0 of a logit.</summary>
    public float Threshold { get; init; } = 0.5f;

    /// <summary>The size of the output in a sentence, if masks have another; else null.</summary>
    public string? Resized { get; private init; }

    private int Height => (int)Output.Shape[^2];

    private int Width => (int)Output.Shape[^1];

    private bool IsMap => Output.Shape.Count == 3 || (IsOfOneChannel && !Output.Type.IsFloat());

    private bool IsBinary => IsOfOneChannel && !IsMap;

    private bool IsOfOneChannel => Output.Shape is [_, 1, _, _];

    /// <summary>The format of an output, for the masks of a set, which are checked.</summary>
    /// <exception cref="KernelException">The output has another shape, or a mask has classes that it lacks.</exception>
    public static MaskFormat Of(ValueInfo output, SampleSet samples)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(samples);
        var (height, width) = samples.MaskSize;
        if (output.Shape is not ([_, > 0, > 0, > 0] or [_, > 0, > 0])
            || (output.Shape is [_, var first, var second, var last] && first == height && second == width && last != width))
        {
            throw new KernelException(
                $"The output '{output.Name}' is (N, {string.Join(", ", output.Shape.Skip(1))}) where masks are judged: (N, classes, "
                + "height, width), (N, 1, height, width) of two classes or of integers, or (N, height, width) of classes is expected; "
                + "put such an output first.");
        }

        int[] seen = [.. Enumerable.Range(0, samples.Count).SelectMany(i => Mask(samples, i).Distinct()).Distinct().Order()];
        int[] judged = [.. seen.Where(kind => kind is >= 0 and not PictureLabel.Ignored)];
        int most = judged.DefaultIfEmpty(-1).Max();
        var format = new MaskFormat(output, 2);
        format = format with
        {
            Classes = format.IsMap ? most + 1 : format.IsBinary ? 2 : (int)output.Shape[1],
            Resized = (height, width) == (output.Shape[^2], output.Shape[^1]) ? null
                : $"masks are {height}x{width} and the output '{output.Name}' is {output.Shape[^2]}x{output.Shape[^1]} (height x width): "
                + "the nearest pixel of a mask counts",
        };
        if (most < 0 || most >= format.Classes || (format.IsBinary && most == 0))
        {
            throw new KernelException(
                $"The masks of '{samples.Name}' have the classes {string.Join(", ", seen.Take(20))} where the output '{output.Name}' has "
                + $"classes from 0 to {Math.Max(0, format.Classes - 1)}{(format.IsBinary ? " and 1 must occur" : "")}, and 255 is not "
                + "judged; number them as the network does.");
        }

        return format;
    }

    /// <summary>The format for what FP32 gives: probabilities, or logits.</summary>
    /// <param name="outputs">Of all samples.</param>
    /// <exception cref="KernelException">A class is no whole number.</exception>
    public MaskFormat For(ReadOnlySpan<float> outputs)
    {
        var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (float value in outputs)
        {
            if (IsMap && value != MathF.Truncate(value))
            {
                throw new KernelException(
                    $"The output '{Output.Name}' is (N, {Height}, {Width}) and holds {value}, where a whole number, a class, is expected "
                    + "of each pixel; put an output of (N, classes, height, width) first.");
            }

            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        return IsBinary && (least < 0 || most > 1) ? this with { Threshold = 0 } : this;
    }

    /// <summary>The class of each pixel of the output.</summary>
    /// <param name="output">Of one sample.</param>
    public int[] Found(ReadOnlySpan<float> output)
    {
        int[] found = new int[Height * Width];
        for (int i = 0; i < found.Length; i++)
        {
            found[i] = IsMap ? (int)output[i] : IsBinary ? (output[i] > Threshold ? 1 : 0) : Largest(output, i, found.Length);
        }

        return found;
    }

    /// <summary>The mask of a sample at the size of the output.</summary>
    public int[] MaskAtOutput(SampleSet samples, int index)
    {
        ArgumentNullException.ThrowIfNull(samples);
        int[] mask = Mask(samples, index);
        var (height, width) = samples.MaskSize;
        if ((height, width) == (Height, Width))
        {
            return mask;
        }

        int[] resized = new int[Height * Width];
        for (int y = 0; y < Height; y++)
        {
            int row = PicturePlace.Scaled(y, height, Height) * width;
            for (int x = 0; x < Width; x++)
            {
                resized[(y * Width) + x] = mask[row + PicturePlace.Scaled(x, width, Width)];
            }
        }

        return resized;
    }

    private static int[] Mask(SampleSet samples, int index) =>
        [.. samples.ReadTarget(index).Select(value => value == PictureLabel.Ignored ? -1 : (int)value)];

    private int Largest(ReadOnlySpan<float> output, int pixel, int plane)
    {
        int best = 0;
        for (int kind = 1; kind < Classes; kind++)
        {
            best = output[(kind * plane) + pixel] > output[(best * plane) + pixel] ? kind : best;
        }

        return best;
    }
}
