namespace Orleans.Configuration;

/// <summary>What a silo remembers of where grains are; the stand-in asks each time and remembers nothing.</summary>
public class GrainDirectoryOptions
{
    /// <summary>Most grains whose place is remembered.</summary>
    public int CacheSize { get; set; } = 1_000_000;
}
