namespace Cluster.Data.Arrays;

/// <summary>
/// Converts the elements of an array to those that a network takes: integers to any that every one fits into, as NumPy's default is 64
/// bits, and anything to floats, rounded once.
/// </summary>
internal static class ElementConversion
{
    /// <summary>Elements that are converted at a time.</summary>
    public const int Chunk = 1 << 14;

    public static bool IsInteger(ElementType type) => type is ElementType.UInt8 or ElementType.Int8 or ElementType.UInt16
        or ElementType.Int16 or ElementType.Int32 or ElementType.UInt32 or ElementType.Int64 or ElementType.UInt64 or ElementType.Bool;

    /// <summary>Whether an array's elements can be converted to the network's type.</summary>
    public static bool IsPossible(ElementType from, ElementType to) => from == to || to switch
    {
        _ when to.IsFloat() => true,
        _ => IsInteger(from) && IsInteger(to),
    };

    /// <param name="to">Another type than <paramref name="from"/>.</param>
    /// <param name="name">The array's name for messages.</param>
    /// <exception cref="KernelException">An integer does not fit.</exception>
    public static void Convert(ReadOnlySpan<byte> source, ElementType from, Span<byte> target, ElementType to, string name)
    {
        int count = source.Length / TensorData.ElementSize(from);
        for (int i = 0; i < count; i++)
        {
            switch (to)
            {
                case ElementType.Float:
                    MemoryMarshal.Cast<byte, float>(target)[i] = (float)Number(source, from, i);
                    break;
                case ElementType.Double:
                    MemoryMarshal.Cast<byte, double>(target)[i] = Number(source, from, i);
                    break;
                case ElementType.Float16:
                    MemoryMarshal.Cast<byte, Half>(target)[i] = (Half)Number(source, from, i);
                    break;
                case ElementType.BFloat16:
                    MemoryMarshal.Cast<byte, ushort>(target)[i] = TensorData.UpperHalf((float)Number(source, from, i));
                    break;
                default:
                    var value = Fitting(Integer(source, from, i));
                    int size = TensorData.ElementSize(to);
                    for (int at = 0; at < size; at++)
                    {
                        target[(i * size) + at] = (byte)(value >> (8 * at));
                    }

                    break;
            }
        }

        Int128 Fitting(Int128 value)
        {
            int bits = 8 * TensorData.ElementSize(to);
            var (least, most) = to switch
            {
                ElementType.Bool => (Int128.Zero, Int128.One),
                ElementType.UInt8 or ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64 =>
                    (Int128.Zero, (Int128.One << bits) - 1),
                _ => (-(Int128.One << (bits - 1)), (Int128.One << (bits - 1)) - 1),
            };
            return value >= least && value <= most ? value : throw new KernelException(
                $"{name} holds {value} where the network takes {ArrayShapes.Text(to)}; correct the array.");
        }
    }

    /// <summary>An element of an integer type.</summary>
    public static Int128 Integer(ReadOnlySpan<byte> source, ElementType type, int index) => type switch
    {
        ElementType.Bool => source[index] == 0 ? 0 : 1,
        ElementType.UInt8 => source[index],
        ElementType.Int8 => (sbyte)source[index],
        ElementType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * index)..]),
        ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(source[(2 * index)..]),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(source[(4 * index)..]),
        ElementType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(source[(4 * index)..]),
        ElementType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(source[(8 * index)..]),
        ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(source[(8 * index)..]),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    // Integers of 64 bits beyond 2^53 are rounded twice, which does not matter for a network's input.
    private static double Number(ReadOnlySpan<byte> source, ElementType type, int index) => type switch
    {
        ElementType.Double => BinaryPrimitives.ReadDoubleLittleEndian(source[(8 * index)..]),
        ElementType.Float => BinaryPrimitives.ReadSingleLittleEndian(source[(4 * index)..]),
        ElementType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(source[(2 * index)..]),
        ElementType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(source[(8 * index)..]),
        _ => (long)Integer(source, type, index),
    };
}
