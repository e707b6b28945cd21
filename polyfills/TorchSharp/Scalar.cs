namespace TorchSharp;

/// <summary>A number in a tensor operation.</summary>
public sealed class Scalar : IDisposable
{
    private Scalar(bool isInteger, long integer, double number)
    {
        IsInteger = isInteger;
        IntegerValue = integer;
        NumberValue = number;
    }

    internal bool IsInteger { get; }

    internal long IntegerValue { get; }

    internal double NumberValue { get; }

    public static implicit operator Scalar(byte value) => new(true, value, value);

    public static implicit operator Scalar(int value) => new(true, value, value);

    public static implicit operator Scalar(long value) => new(true, value, value);

    public static implicit operator Scalar(float value) => new(false, 0, value);

    public static implicit operator Scalar(double value) => new(false, 0, value);

    /// <summary>Nothing native is held here; the package's scalar does.</summary>
    public void Dispose()
    {
    }
}
