namespace Cluster.Silo.Api.Access;

/// <summary>A caller's rights; each includes those before it.</summary>
internal enum Role
{
    /// <summary>Look at jobs and nodes, and fetch files.</summary>
    Read,

    /// <summary>Upload, and start, control and delete jobs.</summary>
    Submit,

    /// <summary>Cordon and drain nodes.</summary>
    Admin,
}
