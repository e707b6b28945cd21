namespace Cluster.Kernels.Tensors;

/// <summary>
/// The scope of a model's run on a CUDA device. libtorch has one process-wide switch for TF32, which kernels read when they are queued: a
/// model that multiplies in TF32 queues its work exclusively, the others queue concurrently. Takes no lock on other devices.
/// </summary>
internal readonly ref struct Tf32Scope
{
    private static readonly ReaderWriterLockSlim Switch = new();

    private readonly bool _isHeld;
    private readonly bool _usesTf32;

    public Tf32Scope(ComputeDevice device, bool usesTf32)
    {
        _isHeld = device.Index is not null;
        _usesTf32 = usesTf32;
        if (!_isHeld)
        {
            return;
        }

        if (usesTf32)
        {
            Switch.EnterWriteLock();
        }
        else
        {
            Switch.EnterReadLock();
        }
    }

    public void Dispose()
    {
        if (!_isHeld)
        {
            return;
        }

        if (_usesTf32)
        {
            Switch.ExitWriteLock();
        }
        else
        {
            Switch.ExitReadLock();
        }
    }
}
