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

        def lstm(x: Tensor, h: Tensor, c: Tensor, wi: Tensor, wh: Tensor, bi: Tensor, bh: Tensor) -> Tensor:
            return torch.lstm(x, [h, c], [wi, wh, bi, bh], True, 1, 0.0, False, False, False)[0]

        def lstm2(x: Tensor, h: Tensor, c: Tensor, wi: Tensor, wh: Tensor, bi: Tensor, bh: Tensor,
                  vi: Tensor, vh: Tensor, di: Tensor, dh: Tensor) -> Tensor:
            return torch.lstm(x, [h, c], [wi, wh, bi, bh, vi, vh, di, dh], True, 1, 0.0, False, True, False)[0]

        def gru(x: Tensor, h: Tensor, wi: Tensor, wh: Tensor, bi: Tensor, bh: Tensor) -> Tensor:
            return torch.gru(x, h, [wi, wh, bi, bh], True, 1, 0.0, False, False, False)[0]

        def gru2(x: Tensor, h: Tensor, wi: Tensor, wh: Tensor, bi: Tensor, bh: Tensor,
                 vi: Tensor, vh: Tensor, di: Tensor, dh: Tensor) -> Tensor:
            return torch.gru(x, h, [wi, wh, bi, bh, vi, vh, di, dh], True, 1, 0.0, False, True, False)[0]

        """;

    private const int ParametersOfADirection = 4;

    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source));

    /// <summary>left · right over the last two dimensions; the leading ones broadcast.</summary>
    public static Tensor MatMul(Tensor left, Tensor right) => Call("matmul", left, right);

    /// <summary>x tanh(softplus(x)).</summary>
    public static Tensor Mish(Tensor x) => Call("mish", x);

    /// <summary>ln(1 + e^x).</summary>
    public static Tensor Softplus(Tensor x) => Call("softplus", x);

    /// <summary>The hidden states of all steps, (time, batch, directions · hidden).</summary>
    /// <param name="x">(time, batch, features).</param>
    /// <param name="hidden">The initial states, (directions, batch, hidden); likewise <paramref name="cell"/>.</param>
    /// <param name="parameters">For each direction: weights of input and state, biases of both, gates in libtorch's order.</param>
    public static Tensor Lstm(Tensor x, Tensor hidden, Tensor cell, Tensor[] parameters) =>
        Call(parameters.Length > ParametersOfADirection ? "lstm2" : "lstm", [x, hidden, cell, .. parameters]);

    /// <summary>The same for a GRU whose reset gate multiplies after the product.</summary>
    /// <inheritdoc cref="Lstm"/>
    public static Tensor Gru(Tensor x, Tensor hidden, Tensor[] parameters) =>
        Call(parameters.Length > ParametersOfADirection ? "gru2" : "gru", [x, hidden, .. parameters]);

    private static Tensor Call(string function, params Tensor[] arguments) => (Tensor)Unit.Value.invoke(function, arguments);
}
