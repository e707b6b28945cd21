namespace Cluster.Data.Arrays;

/// <summary>
/// The header of NumPy's .npy format, versions 1 to 3 (numpy.lib.format): a magic text, the length of a Python dictionary, and that
/// dictionary with <c>descr</c>, <c>fortran_order</c> and <c>shape</c>. None of it is evaluated.
/// </summary>
/// <param name="Type">Element type; null if it is not supported here.</param>
/// <param name="TypeText">The type's text in the file.</param>
/// <param name="IsBigEndian">Whether the first byte of an element is its highest.</param>
/// <param name="IsColumnMajor">Whether the first index of an element runs fastest (Fortran's order).</param>
/// <param name="Shape">Sizes, outermost first; each at least 0, their product within 2^62.</param>
/// <param name="Bytes">Where the elements begin.</param>
internal sealed partial record NpyHeader(ElementType? Type, string TypeText, bool IsBigEndian, bool IsColumnMajor, long[] Shape, int Bytes)
{
    private const int MagicBytes = 8;
    private const int LongestText = 1 << 16;
    private const int MostDimensions = 8;
    private const long MostElements = 1L << 58;

    /// <summary>The supported types, for messages.</summary>
    public const string Types = "float16, float32, float64, bool and integers of 8 to 64 bits";

    // NumPy's letter of the kind, and the bytes of an element.
    private static readonly Dictionary<string, ElementType> Known = new(StringComparer.Ordinal)
    {
        ["f2"] = ElementType.Float16,
        ["f4"] = ElementType.Float,
        ["f8"] = ElementType.Double,
        ["b1"] = ElementType.Bool,
        ["i1"] = ElementType.Int8,
        ["u1"] = ElementType.UInt8,
        ["i2"] = ElementType.Int16,
        ["u2"] = ElementType.UInt16,
        ["i4"] = ElementType.Int32,
        ["u4"] = ElementType.UInt32,
        ["i8"] = ElementType.Int64,
        ["u8"] = ElementType.UInt64,
    };

    /// <summary>The elements' type as NumPy names it, such as complex64, for messages.</summary>
    public string TypeName => Type is { } type ? ArrayShapes.Text(type) : TypeText[1..] switch
    {
        "O" => "object",
        "c8" => "complex64",
        "c16" => "complex128",
        "f16" => "longdouble",
        "V2" => "raw (V2), as bfloat16 is saved",
        ['U' or 'S', ..] => "text",
        ['M' or 'm', ..] => "datetime",
        _ => TypeText,
    };

    /// <summary>Bytes of all elements; the type must be supported.</summary>
    public long ContentBytes => TensorData.ElementSize(Type!.Value) * Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>How a header names a supported type.</summary>
    public static string Described(ElementType type) =>
        (TensorData.ElementSize(type) == 1 ? "|" : "<") + Known.First(pair => pair.Value == type).Key;

    /// <summary>Reads the header from the start of a stream.</summary>
    /// <param name="file">The file's name for messages.</param>
    /// <exception cref="KernelException">It is not a .npy file, or damaged.</exception>
    public static NpyHeader Read(Stream stream, string file)
    {
        Span<byte> start = stackalloc byte[MagicBytes + sizeof(uint)];
        if (stream.ReadAtLeast(start[..MagicBytes], MagicBytes, throwOnEndOfStream: false) < MagicBytes
            || start[0] != 0x93 || !start[1..].StartsWith("NUMPY"u8))
        {
            throw new KernelException($"{file} is not a .npy array; write it with numpy.save or numpy.savez.");
        }

        int lengthBytes = start[6] switch
        {
            1 => sizeof(ushort),
            2 or 3 => sizeof(uint),
            var version => throw new KernelException($"{file} has version {version} of the .npy format; versions 1 to 3 are read."),
        };
        Require(stream, start.Slice(MagicBytes, lengthBytes), file);
        long length = lengthBytes == sizeof(ushort)
            ? BinaryPrimitives.ReadUInt16LittleEndian(start[MagicBytes..])
            : BinaryPrimitives.ReadUInt32LittleEndian(start[MagicBytes..]);
        if (length > LongestText)
        {
            throw new KernelException(
                $"{file} says that its header is {length} bytes long; at most {LongestText} are expected: it is damaged.");
        }

        byte[] text = new byte[length];
        Require(stream, text, file);
        return Parse(Encoding.UTF8.GetString(text), MagicBytes + lengthBytes + (int)length, file);
    }

    private static NpyHeader Parse(string text, int bytes, string file)
    {
        var type = TypeOf().Match(text);
        var order = OrderOf().Match(text);
        var shape = ShapeOf().Match(text);
        if (!order.Success || !shape.Success)
        {
            throw new KernelException($"{file} has a .npy header without 'fortran_order' or 'shape': it is damaged, write it again.");
        }

        string[] sizes = shape.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        long[] parsed = new long[sizes.Length];
        long elements = 1;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (!long.TryParse(sizes[i], NumberStyles.None, CultureInfo.InvariantCulture, out parsed[i])
                || (parsed[i] > 0 && elements > MostElements / parsed[i]))
            {
                throw new KernelException(
                    $"{file} has the shape ({string.Join(", ", sizes.Take(MostDimensions))}), which no array has: it is damaged.");
            }

            elements *= Math.Max(1, parsed[i]);
        }

        // The type of records or objects is not plain text; such arrays may stand beside the needed ones.
        string described = type.Success ? type.Groups["type"].Value : "a record";
        return sizes.Length > MostDimensions
            ? throw new KernelException($"{file} has {sizes.Length} dimensions; at most {MostDimensions} are read.")
            : new NpyHeader(
                Known.TryGetValue(described[1..], out var known) ? known : null,
                described,
                described[0] == '>',
                order.Groups["order"].Value == "True" && parsed.Count(size => size > 1) > 1,
                parsed,
                bytes);
    }

    private static void Require(Stream stream, Span<byte> destination, string file)
    {
        if (stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length)
        {
            throw new KernelException($"{file} is cut short within its .npy header; write it again.");
        }
    }

    [GeneratedRegex(@"'descr'\s*:\s*'(?<type>[^']{1,16})'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeOf();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(?<order>True|False)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OrderOf();

    [GeneratedRegex(@"'shape'\s*:\s*\((?<shape>[0-9,\s]*)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ShapeOf();
}
