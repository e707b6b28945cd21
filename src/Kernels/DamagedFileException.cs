namespace Cluster.Kernels;

/// <summary>
/// A file that this program wrote itself (statistics, learned parameters, a checkpoint) is no longer usable. The request itself is not at
/// fault: making the file again would help.
/// </summary>
public sealed class DamagedFileException : KernelException
{
    /// <inheritdoc/>
    public DamagedFileException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public DamagedFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
