using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Recording;

/// <summary>CUDA graphs: work is queued on a stream of its own and captured there, with memory of its own.</summary>
/// <param name="index">Of the device.</param>
internal sealed unsafe class CudaRecorder(int index) : IDeviceRecorder
{
    // The libraries choose kernels and take memory of their own when they first see a shape, which no recording may hold.
    private const int WarmUpRuns = 2;

    private static readonly Lock Turn = new(); // libtorch's memory knows one recording at a time

    public IRecordedWork Record(Func<IReadOnlyList<Tensor>> work)
    {
        lock (Turn)
        {
            nint handle;
            NativeKernels.Check(NativeMethods.ck_recording_begin(index, &handle));
            var recording = new CudaRecording(handle);
            try
            {
                for (int run = 0; run < WarmUpRuns; run++)
                {
                    CudaRecording.Dispose(work());
                }

                recording.Capture(work);
                return recording;
            }
            catch
            {
                recording.Dispose();
                throw;
            }
        }
    }

    private sealed class CudaRecording(nint handle) : IRecordedWork
    {
        private nint _handle = handle;

        public IReadOnlyList<Tensor> Results { get; private set; } = [];

        public static void Dispose(IEnumerable<Tensor> tensors)
        {
            foreach (var tensor in tensors)
            {
                tensor.Dispose();
            }
        }

        public void Capture(Func<IReadOnlyList<Tensor>> work)
        {
            try
            {
                NativeKernels.Check(NativeMethods.ck_recording_capture(_handle));
                Results = work();
                NativeKernels.Check(NativeMethods.ck_recording_end(_handle));
            }
            catch (KernelException refusal)
            {
                throw new RecordingRefusedException($"CUDA records no run of this network: {refusal.Message}", refusal);
            }
        }

        public void Replay() => NativeKernels.Check(NativeMethods.ck_recording_replay(_handle));

        // Results first: the recording's memory is given back as a whole.
        public void Dispose()
        {
            Dispose(Results);
            Results = [];
            if (_handle != 0)
            {
                NativeMethods.ck_recording_dispose(_handle);
                _handle = 0;
            }
        }
    }
}
