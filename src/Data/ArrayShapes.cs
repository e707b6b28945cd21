namespace Cluster.Data;

/// <summary>Names types and shapes of arrays and inputs for messages.</summary>
internal static class ArrayShapes
{
    /// <summary>Every input with its type and shape, see <see cref="Text(ValueInfo)"/>.</summary>
    public static string Text(IEnumerable<ValueInfo> inputs) => string.Join(", ", inputs.Select(Text));

    /// <summary>
    /// An axis that is free has its name in the file; without one, the samples that come first are N, others a question mark.
    /// </summary>
    public static string Text(ValueInfo input) =>
        $"'{input.Name}' ({Text(input.Type)} [{string.Join(',', input.Shape.Select((size, axis) => Text(input, size, axis)))}])";

    public static string Text(ElementType type) => type switch
    {
        ElementType.Float => "float32",
        ElementType.Double => "float64",
        _ => type.ToString().ToLowerInvariant(),
    };

    public static string Text(IReadOnlyList<long> shape) => $"[{string.Join(',', shape)}]";

    // An axis of samples may have been put before those of the file.
    private static string Text(ValueInfo input, long size, int axis) => size >= 0 && !input.FreeAxes.Contains(axis) ? $"{size}"
        : input.AxisNames.ElementAtOrDefault(axis - input.Shape.Count + input.AxisNames.Count) is { Length: > 0 } name ? name
        : axis == 0 ? "N" : "?";
}
