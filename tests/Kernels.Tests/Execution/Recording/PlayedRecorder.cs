using Cluster.Kernels.Execution.Recording;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Execution.Recording;

/// <summary>
/// A device that records, played on the processor: a replay does the work again on the memory that was recorded, and writes what it gives
/// to the same memory each time. Before the first replay there are NaNs.
/// </summary>
internal sealed class PlayedRecorder : IDeviceRecorder
{
    /// <summary>What is thrown instead of recording.</summary>
    public Exception? Failure { get; set; }

    public int Asked { get; private set; }

    public int Replays { get; private set; }

    public int Freed { get; private set; }

    public static RecordingRefusedException Refused(string why) => new($"No run is recorded: {why}", new KernelException(why));

    public IRecordedWork Record(Func<IReadOnlyList<Tensor>> work)
    {
        Asked++;
        if (Failure is not null)
        {
            throw Failure;
        }

        var results = work();
        foreach (var result in results)
        {
            using var same = Aten.Call("aten::fill_.Scalar", result, double.NaN);
        }

        return new Played(this, work, results);
    }

    private sealed class Played(PlayedRecorder recorder, Func<IReadOnlyList<Tensor>> work, IReadOnlyList<Tensor> results) : IRecordedWork
    {
        public IReadOnlyList<Tensor> Results => results;

        public void Replay()
        {
            recorder.Replays++;
            foreach (var (result, computed) in results.Zip(work()))
            {
                using var same = Aten.Call("aten::copy_", result, computed);
                computed.Dispose();
            }
        }

        public void Dispose()
        {
            recorder.Freed++;
            foreach (var result in results)
            {
                result.Dispose();
            }
        }
    }
}
