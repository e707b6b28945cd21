namespace Cluster.Kernels.Data.Arrays;

/// <summary>Names types and shapes of arrays and inputs for messages.</summary>
internal static class ArrayShapes
{
    /// <summary>Every input with its type and shape; N stands for any number of samples.</summary>
    public static string Text(IEnumerable<ValueInfo> inputs) => string.Join(", ", inputs.Select(Text));

    public static string Text(ValueInfo input) => $"'{input.Name}' ({Text(input.Type)} {Text(input.Shape)})";

    public static string Text(ElementType type) => type switch
    {
        ElementType.Float => "float32",
        ElementType.Double => "float64",
        _ => type.ToString().ToLowerInvariant(),
    };

    public static string Text(IReadOnlyList<long> shape) => $"[{string.Join(',', shape.Select(size => size < 0 ? "N" : $"{size}"))}]";
}
