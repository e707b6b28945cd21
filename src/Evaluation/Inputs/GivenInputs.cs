namespace Cluster.Evaluation.Inputs;

/// <summary>What the user says of a network's inputs, as typed.</summary>
public sealed record GivenInputs
{
    /// <summary>Nothing.</summary>
    public static GivenInputs None { get; } = new();

    /// <summary>Inputs bound to constants, NAME=VALUE each; see <see cref="BoundInputs"/>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>Shapes of inputs for one sample, NAME=SIZE,SIZE,… each, with the axis of samples, of size 1, where there is one.</summary>
    public IReadOnlyList<string> Shapes { get; init; } = [];

    /// <summary>Whether files of plans are to take the pixels that their floats were made of.</summary>
    public bool IsPixels { get; init; }

    /// <summary>What it changes in the written network, a sentence each without its full stop.</summary>
    public IEnumerable<string> Notes => Set.Select(setting => $"{setting} is a constant of the written network, which has no such input");

    /// <summary>What a job's options say.</summary>
    public static GivenInputs Of(JobOptions options) => new()
    {
        Set = options.Set ?? [],
        Shapes = options.Shape ?? [],
        IsPixels = options.Channels is not null,
    };

    /// <summary>The whole shape that was given for an input; null: none was.</summary>
    /// <exception cref="KernelException">It is not one of the input.</exception>
    internal long[]? ShapeOf(ValueInfo input)
    {
        if (Shapes.FirstOrDefault(shape => NameOf(shape) == input.Name) is not { } given)
        {
            return null;
        }

        long[] sizes = SizesOf(given);
        return sizes.Length == input.Shape.Count && sizes.Zip(input.Shape).All(size => size.First == size.Second || size.Second < 0)
            ? sizes
            : throw new KernelException(
                $"{JobLimits.Shape.Name} is {given} where the network's input '{input.Name}' is "
                + $"[{string.Join(',', input.Shape.Select(size => size < 0 ? "?" : $"{size}"))}]; give a size for each axis, and those "
                + "that are not free (?) as they are.");
    }

    /// <exception cref="KernelException">A shape is for none of them.</exception>
    internal void RequireInputs(IReadOnlyList<ValueInfo> inputs)
    {
        if (Shapes.FirstOrDefault(shape => inputs.All(input => input.Name != NameOf(shape))) is { } other)
        {
            throw new KernelException(
                $"{JobLimits.Shape.Name} is {other}, an input that the network does not have; it has "
                + $"{string.Join(", ", inputs.Select(input => $"'{input.Name}'"))}: write NAME=SIZE,SIZE,…");
        }
    }

    /// <summary>The preprocessing with pictures resized to the given height and width, if there are any.</summary>
    /// <exception cref="KernelException">It has another size already.</exception>
    internal Preprocess Resized(Preprocess preprocess)
    {
        if (Shapes is not [var given] || SizesOf(given) is not [_, _, _, _] sizes)
        {
            return preprocess;
        }

        int first = preprocess.Layout == PixelLayout.Nhwc ? 1 : 2;
        var size = new PictureSize(checked((int)sizes[first]), checked((int)sizes[first + 1]));
        return preprocess.Geometry is not { } geometry
            ? new Preprocess(
                preprocess.Color,
                preprocess.Scale,
                preprocess.Mean,
                preprocess.Std,
                new PictureGeometry(null, size, null),
                preprocess.Layout)
            : (geometry.Crop ?? geometry.Exact) == size ? preprocess
            : throw new KernelException(
                $"{JobLimits.Shape.Name} is {given} where the preprocessing file makes pictures of "
                + $"{geometry.Crop ?? geometry.Exact ?? (object)"a size of their own"}; leave one of them out.");
    }

    private static string NameOf(string shape) => shape[..shape.LastIndexOf('=')];

    private static long[] SizesOf(string shape) =>
        [.. shape[(shape.LastIndexOf('=') + 1)..].Split(',').Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
}
