using System.Diagnostics.CodeAnalysis;
using TorchSharp;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// One argument of an ATen operator. Implicit conversions make it; the native side brings it to the type that the
/// operator's schema asks for (an integer for a float, a number for a tensor, one integer for int[2]).
/// </summary>
[SuppressMessage("Usage", "CA2225", Justification = "The conversions are only there to be implicit: they make a call read like one.")]
[SuppressMessage("Performance", "CA1815", Justification = "Arguments are passed, never compared.")]
public readonly struct AtenValue
{
    private readonly long _bits;

    private AtenValue(NativeTag tag, long bits, object? reference)
    {
        Tag = tag;
        _bits = bits;
        Reference = reference;
    }

    /// <summary>
    /// No value: for optional arguments and, as an undefined tensor, for tensors that may be left out.
    /// </summary>
    public static AtenValue None => default;

    internal NativeTag Tag { get; }

    internal object? Reference { get; }

    /// <summary>How many 8-byte words the lists and texts of this argument take.</summary>
    internal int Words => Reference switch
    {
        long[] list => list.Length,
        double[] list => list.Length,
        torch.Tensor?[] list => list.Length,
        string text => (System.Text.Encoding.UTF8.GetByteCount(text) + sizeof(long) - 1) / sizeof(long),
        _ => 0,
    };

    /// <summary>A tensor; null becomes <see cref="None"/>.</summary>
    public static implicit operator AtenValue(torch.Tensor? value) => value is null ? None : new(NativeTag.Tensor, 0, value);

    /// <summary>An integer.</summary>
    public static implicit operator AtenValue(long value) => new(NativeTag.Integer, value, null);

    /// <summary>An integer.</summary>
    public static implicit operator AtenValue(int value) => new(NativeTag.Integer, value, null);

    /// <summary>A number.</summary>
    public static implicit operator AtenValue(double value) => new(NativeTag.Number, BitConverter.DoubleToInt64Bits(value), null);

    /// <summary>A number.</summary>
    public static implicit operator AtenValue(float value) => (double)value;

    /// <summary>A boolean.</summary>
    public static implicit operator AtenValue(bool value) => new(NativeTag.Boolean, value ? 1 : 0, null);

    /// <summary>A list of integers.</summary>
    public static implicit operator AtenValue(long[] value) => new(NativeTag.IntegerList, 0, value);

    /// <summary>A list of numbers.</summary>
    public static implicit operator AtenValue(double[] value) => new(NativeTag.NumberList, 0, value);

    /// <summary>A list of tensors; null entries where the operator takes optional ones.</summary>
    public static implicit operator AtenValue(torch.Tensor?[] value) => new(NativeTag.TensorList, 0, value);

    /// <summary>A text or a device ("cpu", "cuda:0").</summary>
    public static implicit operator AtenValue(string value) => new(NativeTag.Text, 0, value);

    /// <summary>A dtype, by libtorch's number for it.</summary>
    public static implicit operator AtenValue(torch.ScalarType value) => (long)value;

    /// <summary>
    /// Writes the argument; lists go to <paramref name="arena"/>, which moves on by <see cref="Words"/>.
    /// </summary>
    internal unsafe void Write(NativeValue* target, ref long* arena)
    {
        *target = new NativeValue { Tag = Tag, Integer = _bits };
        if (Reference is torch.Tensor tensor)
        {
            target->Pointer = tensor.Handle;
            return;
        }

        if (Reference is null)
        {
            return;
        }

        target->Pointer = (nint)arena;
        int words = Words;
        switch (Reference)
        {
            case long[] list:
                target->Count = list.Length;
                list.CopyTo(new Span<long>(arena, words));
                break;
            case double[] list:
                target->Count = list.Length;
                list.CopyTo(new Span<double>(arena, words));
                break;
            case torch.Tensor?[] list:
                target->Count = list.Length;
                for (int i = 0; i < list.Length; i++)
                {
                    arena[i] = list[i]?.Handle ?? 0;
                }

                break;
            case string text:
                target->Count = System.Text.Encoding.UTF8.GetBytes(text, new Span<byte>(arena, words * sizeof(long)));
                break;
        }

        arena += words;
    }
}
