namespace Orleans.Configuration;

/// <summary>What a silo is called.</summary>
public sealed class SiloOptions
{
    public string? SiloName { get; set; }
}
