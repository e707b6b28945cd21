using Cluster.Kernels.Execution;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Correction;

/// <summary>One batch at a cut of the network: what FP32 has computed, and what the quantized network has.</summary>
internal sealed class PrefixPair : IDisposable
{
    public LiveTensors Float32 { get; } = new();

    public LiveTensors Quantized { get; } = new();

    public void Start(string input, Tensor pixels)
    {
        Quantized.Set(input, Aten.Call("aten::alias", pixels));
        Float32.Set(input, pixels);
    }

    /// <summary>Squared distance of the named tensors between the FP32 run and <paramref name="run"/>.</summary>
    public double SquaredError(LiveTensors run, IReadOnlyList<string> tensors) =>
        tensors.Sum(tensor => NativeKernels.SquaredError(Float32.Get(tensor), run.Get(tensor)).Noise);

    /// <summary>Takes over the chosen run of a group and forgets what ended in it.</summary>
    public void Advance(LiveTensors run, IEnumerable<string> ended)
    {
        Quantized.Absorb(run);
        foreach (string tensor in ended)
        {
            Quantized.Drop(tensor);
        }
    }

    public void Dispose()
    {
        Float32.Dispose();
        Quantized.Dispose();
    }
}
