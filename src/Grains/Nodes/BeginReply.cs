namespace Cluster.Grains.Nodes;

/// <summary>A node's answer to an assignment.</summary>
internal enum BeginReply
{
    /// <summary>The slot is taken for it (or was already).</summary>
    Begun,

    /// <summary>The slot works on something else: ask for another.</summary>
    Busy,

    /// <summary>The node takes nothing new: ask for another.</summary>
    Draining,

    /// <summary>The same assignment was done, and its result was let go as it is durable: the call came late.</summary>
    Over,
}
