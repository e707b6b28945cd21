namespace TorchSharp.PInvoke;

/// <summary>One argument of an ATen operator.</summary>
internal readonly struct Argument
{
    private Argument(int tag, double number, object? reference)
    {
        Tag = tag;
        Number = number;
        Reference = reference;
    }

    internal int Tag { get; }

    internal double Number { get; }

    internal object? Reference { get; }

    public static implicit operator Argument(torch.Tensor value) => new(NativeValue.Tensor, 0, value);

    public static implicit operator Argument(double value) => new(NativeValue.Number, value, null);

    public static implicit operator Argument(long[] value) => new(NativeValue.IntegerList, 0, value);
}
