namespace Cluster.Silo.Workers;

/// <summary>Jobs on targets of its own. The product's program has none; one beside it gives its own to <c>SiloVerbs</c>.</summary>
internal interface IJobKind
{
    /// <summary>Whether a job on this target is of the kind.</summary>
    bool Has(string target);

    /// <summary>A new job; whatever is wrong with it is thrown.</summary>
    PreparedResult Prepare(JobInputs inputs, JobOptions options);

    /// <summary>An accepted job.</summary>
    /// <param name="spec">As it was prepared.</param>
    /// <param name="folders">The node's.</param>
    /// <param name="memory">What this process should stay below.</param>
    INodeJob Open(JobSpec spec, NodeFolders folders, WorkingMemory memory);
}
