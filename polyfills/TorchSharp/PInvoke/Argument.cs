namespace TorchSharp.PInvoke;

/// <summary>One argument of an ATen operator.</summary>
internal readonly struct Argument
{
    private Argument(int tag, long integer, double number, object? reference)
    {
        Tag = tag;
        IntegerValue = integer;
        NumberValue = number;
        Reference = reference;
    }

    internal static Argument None => default;

    internal int Tag { get; }

    internal long IntegerValue { get; }

    internal double NumberValue { get; }

    internal object? Reference { get; }

    public static implicit operator Argument(torch.Tensor? value) => value is null ? None : new(NativeValue.Tensor, 0, 0, value);

    public static implicit operator Argument(long value) => new(NativeValue.Integer, value, 0, null);

    public static implicit operator Argument(double value) => new(NativeValue.Number, 0, value, null);

    public static implicit operator Argument(bool value) => new(NativeValue.Boolean, value ? 1 : 0, 0, null);

    public static implicit operator Argument(long[] value) => new(NativeValue.IntegerList, 0, 0, value);

    public static implicit operator Argument(torch.Tensor[] value) => new(NativeValue.TensorList, 0, 0, value);

    /// <summary>A device: short ASCII.</summary>
    public static implicit operator Argument(string value) => new(NativeValue.Text, 0, 0, value);

    public static implicit operator Argument(Scalar? value) => value switch
    {
        null => None,
        { IsInteger: true } => new(NativeValue.Integer, value.IntegerValue, 0, null),
        _ => new(NativeValue.Number, 0, value.NumberValue, null),
    };

    public static implicit operator Argument(torch.ScalarType? value) => value is null ? None : (long)value.Value;

    /// <summary>How many 8-byte words the argument's list takes.</summary>
    internal int Words => Reference switch
    {
        long[] list => list.Length,
        torch.Tensor[] list => list.Length,
        string text => (text.Length + sizeof(long) - 1) / sizeof(long),
        _ => 0,
    };
}
