namespace Cluster.Kernels;

/// <summary>
/// A file that this program wrote itself (statistics, learned parameters, a checkpoint) cannot be used any more. It says
/// nothing about what was asked for: made again, it would do.
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
