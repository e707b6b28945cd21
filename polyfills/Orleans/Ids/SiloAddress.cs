namespace Orleans.Runtime;

/// <summary>Where a silo is. The stand-in makes none: there is one silo, in this process.</summary>
public sealed class SiloAddress
{
    private SiloAddress()
    {
    }
}
