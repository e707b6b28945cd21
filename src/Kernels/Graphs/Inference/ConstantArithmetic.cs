namespace Cluster.Kernels.Graphs.Inference;

/// <summary>
/// Element-wise operators on constants. Integers are computed in 64 bits with wrap-around, floats in double and rounded
/// once, which for these operations gives the float32 result exactly.
/// </summary>
internal static class ConstantArithmetic
{
    /// <summary>
    /// The result, or null where the operator does not apply to the type or divides an integer by zero.
    /// </summary>
    public static TensorData? Binary(string operation, TensorData left, TensorData right, long[] shape)
    {
        if (left.Type != right.Type)
        {
            return null;
        }

        TensorData a = StridedCopy.Expand(left, shape);
        TensorData b = StridedCopy.Expand(right, shape);
        if (a.Integers() is { } x && b.Integers() is { } y)
        {
            return Integers(operation, a.Type, shape, x, y);
        }

        if (Reals(a) is not { } u || Reals(b) is not { } v)
        {
            return null;
        }

        if (operation == "Equal")
        {
            return Booleans(shape, i => u[i].Equals(v[i]));
        }

        var results = new double[u.Length];
        for (int i = 0; i < results.Length; i++)
        {
            double result = operation switch
            {
                "Add" => u[i] + v[i],
                "Sub" => u[i] - v[i],
                "Mul" => u[i] * v[i],
                "Div" => u[i] / v[i],
                "Min" => Math.Min(u[i], v[i]),
                _ => Math.Max(u[i], v[i]),
            };
            results[i] = result;
        }

        return FromReals(a.Type, shape, results);
    }

    public static TensorData? Unary(string operation, TensorData input)
    {
        if (input.Integers() is { } integers)
        {
            return operation is "Neg"
                ? FromIntegers(input.Type, input.Shape, Array.ConvertAll(integers, value => unchecked(-value)))
                : null;
        }

        return Reals(input) is not { } reals ? null : FromReals(input.Type, input.Shape, Array.ConvertAll(reals, value => operation switch
        {
            "Neg" => -value,
            "Sqrt" => Math.Sqrt(value),
            "Floor" => Math.Floor(value),
            _ => Math.Ceiling(value),
        }));
    }

    /// <summary>
    /// Converts between the numeric types that exporters use for sizes; null for others. Reals are truncated towards
    /// zero.
    /// </summary>
    public static TensorData? Cast(TensorData input, ElementType target)
    {
        if (input.Type == target)
        {
            return input;
        }

        if (input.Type == ElementType.Bool)
        {
            return FromIntegers(target, input.Shape, Array.ConvertAll(input.Bytes.ToArray(), value => value != 0 ? 1L : 0L));
        }

        if (input.Integers() is { } integers)
        {
            return FromIntegers(target, input.Shape, integers);
        }

        return Reals(input) is { } reals ? FromReals(target, input.Shape, reals) : null;
    }

    public static TensorData? Where(TensorData condition, TensorData left, TensorData right, long[] shape)
    {
        if (condition.Type != ElementType.Bool || left.Type != right.Type)
        {
            return null;
        }

        ReadOnlySpan<byte> choose = StridedCopy.Expand(condition, shape).Bytes.Span;
        TensorData a = StridedCopy.Expand(left, shape);
        byte[] bytes = StridedCopy.Expand(right, shape).Bytes.ToArray();
        int size = TensorData.ElementSize(a.Type);
        for (int i = 0; i < choose.Length; i++)
        {
            if (choose[i] != 0)
            {
                a.Bytes.Span.Slice(i * size, size).CopyTo(bytes.AsSpan(i * size));
            }
        }

        return new TensorData(a.Type, shape, bytes);
    }

    private static TensorData? Integers(string operation, ElementType type, long[] shape, long[] left, long[] right)
    {
        if (operation == "Equal")
        {
            return Booleans(shape, i => left[i] == right[i]);
        }

        if (operation == "Div" && right.AsSpan().ContainsAny(0, -1))
        {
            // The smallest integer divided by -1 overflows; neither case occurs in a sound chain of sizes.
            return null;
        }

        var results = new long[left.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = operation switch
            {
                "Add" => unchecked(left[i] + right[i]),
                "Sub" => unchecked(left[i] - right[i]),
                "Mul" => unchecked(left[i] * right[i]),
                "Div" => left[i] / right[i],
                "Min" => Math.Min(left[i], right[i]),
                _ => Math.Max(left[i], right[i]),
            };
        }

        return FromIntegers(type, shape, results);
    }

    private static double[]? Reals(TensorData tensor) => tensor.Type switch
    {
        ElementType.Float => Array.ConvertAll(tensor.As<float>().ToArray(), value => (double)value),
        ElementType.Double => tensor.As<double>().ToArray(),
        _ => null,
    };

    private static TensorData? FromReals(ElementType type, long[] shape, double[] values) => type switch
    {
        ElementType.Float => TensorData.FromFloats(shape, Array.ConvertAll(values, value => (float)value)),
        ElementType.Double => new TensorData(type, shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray()),
        ElementType.Int64 or ElementType.Int32 => FromIntegers(type, shape, Array.ConvertAll(values, value => (long)value)),
        ElementType.Bool => Booleans(shape, i => values[i] != 0),
        _ => null,
    };

    private static TensorData? FromIntegers(ElementType type, long[] shape, long[] values) => type switch
    {
        ElementType.Int64 => TensorData.FromInt64(shape, values),
        ElementType.Int32 => TensorData.FromInt32(shape, Array.ConvertAll(values, value => unchecked((int)value))),
        ElementType.Float or ElementType.Double => FromReals(type, shape, Array.ConvertAll(values, value => (double)value)),
        ElementType.Bool => Booleans(shape, i => values[i] != 0),
        _ => null,
    };

    private static TensorData Booleans(long[] shape, Func<int, bool> test)
    {
        var bytes = new byte[Inference.ShapeMath.Count(shape)!.Value];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = test(i) ? (byte)1 : (byte)0;
        }

        return new TensorData(ElementType.Bool, shape, bytes);
    }
}
