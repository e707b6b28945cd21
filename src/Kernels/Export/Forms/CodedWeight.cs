namespace Cluster.Kernels.Export.Forms;

/// <summary>Stored codes behind a DequantizeLinear: weights, or a bias.</summary>
/// <param name="Decoder">The node that decodes them.</param>
/// <param name="Codes">Output channels outermost; int8, uint8 or int32.</param>
/// <param name="Scales">One, or one for each output channel.</param>
/// <param name="Zeros">As the scales, of the codes' type; null: 0.</param>
internal sealed record CodedWeight(GraphNode Decoder, TensorData Codes, TensorData Scales, TensorData? Zeros)
{
    /// <summary>The weight behind a value; null if there are no such codes.</summary>
    public static CodedWeight? Of(FormedValues file, string value)
    {
        if (file.Producer(value) is not { OpType: "DequantizeLinear" } decoder
            || file.Stored(decoder.Inputs[0]) is not { Type: ElementType.Int8 or ElementType.UInt8 or ElementType.Int32 } codes
            || file.Stored(decoder.Inputs[1]) is not { Type: ElementType.Float } scales
            || (decoder.HasInput(2) && file.Stored(decoder.Inputs[2]) is null))
        {
            return null;
        }

        bool hasRows = scales.Count == 1 || (codes.Shape.Length > 0 && scales.Count == codes.Shape[0] && decoder.GetInt("axis", 1) == 0);
        return hasRows ? new CodedWeight(decoder, codes, scales, file.Stored(decoder.Input(2))) : null;
    }

    /// <summary>The code of 0 in an output channel.</summary>
    public int Zero(int row) => Zeros switch
    {
        null or { Type: ElementType.Int32 } => 0,
        { Type: ElementType.UInt8 } zeros => zeros.As<byte>()[zeros.Count == 1 ? 0 : row],
        { } zeros => zeros.As<sbyte>()[zeros.Count == 1 ? 0 : row],
    };

    /// <summary>
    /// The codes where output channel r is the old row <paramref name="rows"/>[r] and input channel c of it the old
    /// <paramref name="column"/>(r, c); a row or column that is no old one (-1) is 0, with a scale that no product sees.
    /// </summary>
    /// <param name="columns">Input channels of the new codes; ignored for a bias.</param>
    public CodedWeight Placed(IReadOnlyList<int> rows, int columns, Func<int, int, int> column)
    {
        long[] shape = [rows.Count, .. Codes.Shape.Length > 1 ? [columns, .. Codes.Shape[2..]] : Array.Empty<long>()];
        int size = TensorData.ElementSize(Codes.Type);
        int oldColumns = Codes.Shape.Length > 1 ? (int)Codes.Shape[1] : 1;
        int inner = Codes.Shape.Length > 2 ? (int)Codes.Shape[2..].Aggregate(1L, (product, side) => product * side) * size : size;
        int newColumns = Codes.Shape.Length > 1 ? columns : 1;
        byte[] placed = new byte[rows.Count * newColumns * inner];
        for (int row = 0; row < rows.Count; row++)
        {
            int old = rows[row];
            for (int at = 0; at < newColumns; at++)
            {
                var target = placed.AsSpan(((row * newColumns) + at) * inner, inner);
                int from = old < 0 ? -1 : Codes.Shape.Length > 1 ? column(row, at) : 0;
                if (from >= 0)
                {
                    Codes.Bytes.Span.Slice(((old * oldColumns) + from) * inner, inner).CopyTo(target);
                }
                else
                {
                    target.Fill((byte)Zero(Math.Max(old, 0)));
                }
            }
        }

        return this with
        {
            Codes = new TensorData(Codes.Type, shape, placed),
            Scales = Rows(Scales, rows),
            Zeros = Zeros is null ? null : Rows(Zeros, rows),
        };
    }

    // Of a row that is new: those of the first, which any product accepts.
    private static TensorData Rows(TensorData each, IReadOnlyList<int> rows)
    {
        if (each.Shape.Length == 0 || (each.Count == 1 && rows.Count != 1 && each.Shape[0] == 1))
        {
            return each;
        }

        int size = TensorData.ElementSize(each.Type);
        byte[] taken = new byte[rows.Count * size];
        for (int row = 0; row < rows.Count; row++)
        {
            each.Bytes.Span.Slice(Math.Max(rows[row], 0) * size, size).CopyTo(taken.AsSpan(row * size));
        }

        return new TensorData(each.Type, [rows.Count], taken);
    }
}
