using Cluster.Kernels.Execution.Files;
using Cluster.Kernels.Runtimes.Timing;
using static TorchSharp.torch;

namespace Cluster.Evaluation.Targets.Libtorch;

/// <summary>
/// A batch on a device that has a clock of its own and repeats runs as a whole: what is timed is the batch's copy, the run and the copy of
/// what it gives, as in a service.
/// </summary>
/// <param name="model">Its runs; owned.</param>
/// <param name="inputs">The batch, on the device; owned.</param>
/// <param name="timer">The device's clock; owned.</param>
internal sealed class QueuedRun(RecordedModel model, IReadOnlyList<Tensor> inputs, IWorkTimer timer, int threads) : ITimedRun
{
    private readonly TorchThreads _threads = new(threads);

    public IWorkTimer Timer => timer;

    public string? Unrecorded => model.Refusal;

    public void Run() => Dispose(model.Run(inputs));

    public void Dispose()
    {
        _threads.Dispose();
        timer.Dispose();
        model.Dispose();
        Dispose(inputs);
    }

    private static void Dispose(IEnumerable<Tensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }
    }
}
