using Cluster.Kernels.Execution.Files;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Evaluation.Targets.Libtorch;

/// <summary>A file that our executor has loaded.</summary>
internal sealed class LibtorchNetwork(QuantizedModel model, int threads) : IRuntimeNetwork
{
    public void Run(ReadOnlySpan<float> input, long[] shape, Span<float> logits) => model.Run(input, shape).CopyTo(logits);

    public ITimedRun Prepare(ReadOnlySpan<float> input, long[] shape) => new TimedRun(model, model.Place(input, shape), threads);

    public void Dispose() => model.Dispose();

    // The batch lies on the device before; the logits are fetched, which waits for them.
    private sealed class TimedRun(QuantizedModel model, Tensor input, int threads) : ITimedRun
    {
        private readonly TorchThreads _threads = new(threads);

        public void Run() => model.Fetch(input);

        public void Dispose()
        {
            _threads.Dispose();
            input.Dispose();
        }
    }
}
