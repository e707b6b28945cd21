namespace Cluster.Grains.Contracts;

/// <summary>A node's answer to an assignment.</summary>
[GenerateSerializer]
[Alias("cluster.beginReply")]
public enum BeginReply
{
    /// <summary>It is under way (or was already).</summary>
    Begun,

    /// <summary>The slot works on something else: ask for another.</summary>
    Busy,

    /// <summary>The node takes nothing new: ask for another.</summary>
    Draining,

    /// <summary>The node is no more.</summary>
    Gone,
}
