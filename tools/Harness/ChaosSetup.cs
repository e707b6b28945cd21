namespace Cluster.Harness;

/// <summary>How the silos of a trial are started.</summary>
/// <param name="Program">The built program.</param>
/// <param name="Connection">An empty database.</param>
internal sealed record ChaosSetup(string Program, string Connection)
{
    /// <summary>How many silos.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>Whether a gateway with its page stands before them, which clients then ask alone.</summary>
    public bool Gateway { get; init; }

    /// <summary>The limit of an item of milliseconds: a poisoned one that hangs ends after it.</summary>
    public static TimeSpan ShortItem { get; } = TimeSpan.FromSeconds(6);

    /// <summary>How long an item may run.</summary>
    public TimeSpan ItemLimit { get; init; } = ShortItem;

    /// <summary>Whether slots work in their silo's process instead of a child each.</summary>
    public bool InProcess { get; init; }

    /// <summary>Whether a lost silo is declared so within seconds, or as in production.</summary>
    public bool NoticesLossesFast { get; init; } = true;

    /// <summary>With what each silo shows who it is, by its number; null: nothing is encrypted.</summary>
    public Func<int, SiloIdentity>? Identity { get; init; }
}
