namespace Cluster.Learning.Tests;

/// <summary>Tests that need the whole process's threads, or read its memory, run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessSettings
{
    public const string Name = "process settings";
}
