using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Recording;

/// <summary>A device that records work and does it again as a whole, without its kernels being queued one by one.</summary>
internal interface IDeviceRecorder
{
    /// <summary>Does the work until all is there that it makes once, and records it then.</summary>
    /// <param name="work">
    /// Reads the same memory each time, queues kernels and waits for none. A failure before the recording is handed on as it is.
    /// </param>
    /// <exception cref="RecordingRefusedException">The work cannot be recorded; it can be done as before.</exception>
    IRecordedWork Record(Func<IReadOnlyList<Tensor>> work);
}

/// <summary>Work that was recorded. One thread at a time.</summary>
internal interface IRecordedWork : IDisposable
{
    /// <summary>What the last replay computed: the same memory each time, with nothing in it before the first.</summary>
    IReadOnlyList<Tensor> Results { get; }

    /// <summary>Queues the work.</summary>
    void Replay();
}

/// <summary>Work that a device does but does not record.</summary>
internal sealed class RecordingRefusedException(string message, Exception cause) : KernelException(message, cause);
