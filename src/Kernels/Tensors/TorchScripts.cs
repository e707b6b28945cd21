using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// TorchScript functions for operators of libtorch that TorchSharp lacks, whose errors end the process in TorchSharp (matmul, in 0.107), or
/// to which it passes numbers that may be collected (<see cref="ScalarNumbers"/>). They record gradients like any operator; a call costs
/// some 3 µs, against 1 for one that TorchSharp wraps. Thread-safe.
/// </summary>
internal static class TorchScripts
{
    private const string Source = """
        def matmul(x: Tensor, y: Tensor) -> Tensor:
            return torch.matmul(x, y)

        def mish(x: Tensor) -> Tensor:
            return torch.mish(x)

        def softplus(x: Tensor) -> Tensor:
            return torch.softplus(x)

        """;

    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source));

    /// <summary>left · right over the last two dimensions; the leading ones broadcast.</summary>
    public static Tensor MatMul(Tensor left, Tensor right) => Call("matmul", left, right);

    /// <summary>x tanh(softplus(x)).</summary>
    public static Tensor Mish(Tensor x) => Call("mish", x);

    /// <summary>ln(1 + e^x).</summary>
    public static Tensor Softplus(Tensor x) => Call("softplus", x);

    private static Tensor Call(string function, params Tensor[] arguments) => (Tensor)Unit.Value.invoke(function, arguments);
}
