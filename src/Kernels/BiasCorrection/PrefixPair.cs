using static TorchSharp.torch;

namespace Cluster.Kernels.BiasCorrection;

/// <summary>
/// One batch at a cut of the network: the tensors computed so far in FP32 and in the quantized network. Spilled between groups, so that
/// memory does not grow with the number of images.
/// </summary>
internal sealed class PrefixPair(SpillSpace space) : IDisposable
{
    private readonly OffloadedTensors _float32 = new(space);
    private readonly OffloadedTensors _quantized = new(space);

    /// <summary>Takes ownership of the inputs.</summary>
    public void Start(IEnumerable<(string Input, Tensor Tensor)> inputs)
    {
        foreach (var (input, tensor) in inputs)
        {
            _quantized.Offload(input, tensor.alias());
            _float32.Offload(input, tensor);
        }
    }

    /// <summary>Runs a group in FP32 and forgets what was not read after it.</summary>
    /// <returns>What the group hands on; the caller disposes it.</returns>
    public LiveTensors RunFloat32(
        NetworkProgram program, IReadOnlyList<string> handedOn, IReadOnlyList<string> ended, IRunObserver? observer)
    {
        using var inputs = _float32.Fetch(program.Inputs);
        using var run = inputs.Borrow();
        program.Run(run, observer);
        _float32.Offload(run);
        foreach (string tensor in ended)
        {
            _float32.Drop(tensor);
        }

        return HandedOn(handedOn);
    }

    /// <summary>The FP32 tensors of a group that was run; the caller disposes them.</summary>
    public LiveTensors HandedOn(IReadOnlyList<string> tensors) => _float32.Fetch(tensors);

    /// <summary>Runs the group in a quantized network.</summary>
    /// <param name="float32">What the group hands on in FP32.</param>
    /// <param name="added">Receives the tensors that the run adds; null: they are not kept.</param>
    /// <returns>The squared distance of what it hands on from FP32's.</returns>
    public double RunQuantized(
        NetworkProgram program, LiveTensors float32, IReadOnlyList<string> handedOn, OffloadedTensors? added, IRunObserver? observer)
    {
        using var inputs = _quantized.Fetch(program.Inputs);
        using var run = inputs.Borrow();
        program.Run(run, observer);
        double error = handedOn
            .Where(tensor => float32.Get(tensor).dtype == ScalarType.Float32)
            .Sum(tensor => TensorStatistics.SquaredError(float32.Get(tensor), run.Get(tensor)).Noise);
        added?.Offload(run);
        return error;
    }

    /// <summary>Adopts the chosen run of a group and drops the tensors that ended in it.</summary>
    public void Advance(OffloadedTensors run, IReadOnlyList<string> ended)
    {
        _quantized.Absorb(run);
        foreach (string tensor in ended)
        {
            _quantized.Drop(tensor);
        }
    }

    public void Dispose()
    {
        _float32.Dispose();
        _quantized.Dispose();
    }
}
