namespace Cluster.Plans;

/// <summary>What a request fails on; each has an exit code of its own.</summary>
public enum JobFault
{
    /// <summary>What files hold, or the state of a job or machine.</summary>
    Content,

    /// <summary>The command line: a word that this network or this version does not know, or an output that is taken.</summary>
    Request,

    /// <summary>A file that is not there.</summary>
    Missing,

    /// <summary>Bounds that nothing keeps.</summary>
    Bounds,

    /// <summary>Another machine that does not answer.</summary>
    Unreachable,

    /// <summary>The network's file.</summary>
    Model,

    /// <summary>The full disk of the machine that reads the files.</summary>
    Disk,

    /// <summary>Data that are proved to be wrong for the network.</summary>
    Data,
}
