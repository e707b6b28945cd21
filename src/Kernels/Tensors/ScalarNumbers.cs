using TorchSharp;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Numbers as operands of libtorch's operators. TorchSharp converts a number to a <see cref="Scalar"/> whose memory its finalizer frees,
/// and it may be collected while libtorch still reads it ("Unknown scalar type", or a wrong number). Each thread keeps the last ones it
/// made, more than any operator takes. Defaults that TorchSharp adds itself have the same problem, so the factor of add's second operand is
/// always passed.
/// </summary>
internal static class ScalarNumbers
{
    private const int Held = 16;

    /// <summary>The factor of add's second operand.</summary>
    public static Scalar One { get; } = 1L;

    [ThreadStatic]
    private static Scalar[]? _held;

    [ThreadStatic]
    private static int _next;

    public static Scalar AsScalar(this double value) => Hold(value);

    public static Scalar AsScalar(this float value) => Hold(value);

    public static Scalar AsScalar(this long value) => Hold(value);

    public static Scalar AsScalar(this int value) => Hold((long)value);

    private static Scalar Hold(Scalar scalar)
    {
        _held ??= new Scalar[Held];
        _held[_next] = scalar;
        _next = (_next + 1) % Held;
        return scalar;
    }
}
