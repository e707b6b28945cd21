namespace Orleans.Runtime;

/// <summary>Where a silo is. There is one, in this process.</summary>
public sealed class SiloAddress
{
    private SiloAddress()
    {
    }

    internal static SiloAddress Local { get; } = new();
}
