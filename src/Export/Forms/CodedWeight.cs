namespace Cluster.Export.Forms;

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

    /// <summary>The codes in another order; a row or column that is new is 0, with a scale that no product sees.</summary>
    /// <inheritdoc cref="PlacedRows.Of"/>
    public CodedWeight Placed(IReadOnlyList<int> rows, int columns, Func<int, int, int> column) => this with
    {
        Codes = PlacedRows.Of(Codes, rows, columns, column, row => (byte)Zero(row)),
        Scales = Rows(Scales, rows),
        Zeros = Zeros is null ? null : Rows(Zeros, rows),
    };

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
