namespace Cluster.Grains.Nodes;

/// <summary>A node's answer to an assignment.</summary>
internal enum BeginReply
{
    /// <summary>The slot is taken for it (or was already).</summary>
    Begun,

    /// <summary>The slot is busy: ask for another.</summary>
    Busy,

    /// <summary>The node accepts no new work: ask for another.</summary>
    Draining,

    /// <summary>The same assignment was done, and its durable result was dropped: the call came late.</summary>
    Over,
}
