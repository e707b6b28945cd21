using System.Numerics;

namespace Cluster.Networks.Graphs;

/// <summary>
/// Binds inputs to constants: a bound input takes no data and is no input any more, and what depends on it alone is constant.
/// </summary>
public static class BoundInputs
{
    // Options and states, not samples.
    private const long MostElements = 1 << 20;

    /// <summary>The graph with the named inputs among its constants.</summary>
    /// <param name="settings">NAME=VALUE each; the value is one number for all elements, or one for each, separated by commas.</param>
    /// <exception cref="KernelException">There is no such input, or it takes no such value; the message says what was found.</exception>
    public static ModelGraph Apply(ModelGraph graph, IReadOnlyList<string> settings)
    {
        foreach (string setting in settings)
        {
            int at = setting.LastIndexOf('=');
            string name = setting[..Math.Max(at, 0)];
            var input = graph.Inputs.FirstOrDefault(input => input.Name == name) ?? throw new KernelException(
                $"'{setting}' sets an input that the network does not have; it has "
                + $"{string.Join(", ", graph.Inputs.Select(other => $"'{other.Name}'"))}: write NAME=VALUE, each input once.");
            graph = graph with
            {
                Inputs = [.. graph.Inputs.Where(other => other != input)],
                Initializers = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal)
                {
                    [name] = Value(input, setting[(at + 1)..].Split(',', StringSplitOptions.TrimEntries), setting),
                },
            };
        }

        return graph;
    }

    private static TensorData Value(ValueInfo input, string[] texts, string setting)
    {
        long[] shape = [.. input.Shape.Select(size => size < 0 ? 1 : size)];
        long count = shape.Aggregate(1L, (product, size) => checked(product * size));

        // A list has the length of the one axis that is free.
        if (texts.Length > 1 && input.Shape.Count(size => size < 0) == 1 && texts.Length % count == 0)
        {
            shape[input.Shape.Index().First(size => size.Item < 0).Index] = texts.Length / count;
            count = texts.Length;
        }

        string taken = $"'{input.Name}' is {input.Type.ToString().ToLowerInvariant()} [{string.Join(',', input.Shape.Select(size =>
            size < 0 ? "?" : $"{size}"))}]";
        if (count > MostElements || (texts.Length > 1 && texts.Length != count))
        {
            throw new KernelException(
                $"'{setting}' has {texts.Length} numbers, and {taken}; give one number for all its elements, at most {MostElements}, or "
                + "one for each.");
        }

        byte[] elements = [.. texts.SelectMany(text => Element(input.Type, text) ?? throw new KernelException(
            $"'{setting}' has the value '{text}', and {taken}; give a number of this type."))];
        return new TensorData(
            input.Type,
            shape,
            texts.Length > 1 ? elements : [.. Enumerable.Repeat(elements, (int)count).SelectMany(element => element)]);
    }

    private static byte[]? Element(ElementType type, string text) => type switch
    {
        ElementType.Float => Bytes<float>(text),
        ElementType.Double => Bytes<double>(text),
        ElementType.Float16 => Bytes<Half>(text),
        ElementType.Int64 => Bytes<long>(text),
        ElementType.Int32 => Bytes<int>(text),
        ElementType.Int16 => Bytes<short>(text),
        ElementType.Int8 => Bytes<sbyte>(text),
        ElementType.UInt64 => Bytes<ulong>(text),
        ElementType.UInt32 => Bytes<uint>(text),
        ElementType.UInt16 => Bytes<ushort>(text),
        ElementType.UInt8 => Bytes<byte>(text),
        ElementType.Bool => text.ToUpperInvariant() switch { "TRUE" or "1" => [1], "FALSE" or "0" => [0], _ => null },
        _ => null,
    };

    private static byte[]? Bytes<T>(string text)
        where T : unmanaged, INumberBase<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && T.IsFinite(value)
            ? MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray()
            : null;
}
