namespace Cluster.Networks.Graphs.Inference;

/// <summary>One axis of a Resize.</summary>
/// <param name="Axis">From the front.</param>
/// <param name="Input">Its size before.</param>
/// <param name="Output">Its size after.</param>
/// <param name="Scale">The divisor of coordinates: as stated, or the quotient of the sizes.</param>
internal readonly record struct ResizedAxis(int Axis, long Input, long Output, float Scale)
{
    /// <summary>Whether anything changes; a scale that rounds to the same size still moves coordinates.</summary>
    public bool IsResized => Input != Output || Scale != 1;
}

/// <summary>Sizes and modes of a Resize.</summary>
internal static class ResizeGeometry
{
    private static readonly string[] Modes = ["nearest", "linear", "cubic"];

    private static readonly string[] Coordinates = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"];

    /// <summary>All axes.</summary>
    public static IReadOnlyList<ResizedAxis> Axes(GraphNode node, long[] shape, float[]? scales, long[]? sizes)
    {
        if ((scales?.Length ?? sizes?.Length) != shape.Length)
        {
            throw node.Error($"states neither constant scales nor constant sizes for its {shape.Length} axes; expected one of them.");
        }

        return [.. shape.Select((size, axis) => Axis(node, axis, size, scales?[axis], sizes?[axis] ?? 0))];
    }

    private static ResizedAxis Axis(GraphNode node, int axis, long input, float? scale, long size)
    {
        if (scale is not { } factor)
        {
            return new ResizedAxis(axis, input, size, (float)size / input);
        }

        return factor is > 0 and < int.MaxValue
            ? new ResizedAxis(axis, input, (long)Math.Floor(input * factor), factor)
            : throw node.Error($"has the scale {factor}; expected a positive number.");
    }

    /// <summary>Whether its modes are computed here, along all axes.</summary>
    public static bool IsUsual(GraphNode node) => node.GetInts("axes") is null
        && Modes.Contains(node.GetText("mode", "nearest"))
        && Coordinates.Contains(node.GetText("coordinate_transformation_mode", "half_pixel"))
        && node.GetInt("antialias", 0) == 0 && node.GetText("keep_aspect_ratio_policy", "stretch") == "stretch";
}
