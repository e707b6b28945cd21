namespace Cluster.Silo.Workers;

/// <summary>A program and its first arguments; the child's own follow.</summary>
internal sealed record ChildCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The verb of the child's command line; its options follow.</summary>
    public const string Verb = "evaluate";

    /// <summary>The inherited pipe that requests come from.</summary>
    public const string Requests = "--requests";

    /// <summary>The inherited pipe that replies go to.</summary>
    public const string Replies = "--replies";

    /// <summary>The silo's process id.</summary>
    public const string Parent = "--parent";

    /// <summary>This program, even if another one (a test) loaded it as a library.</summary>
    public static ChildCommand Own => Of(typeof(ChildCommand).Assembly);

    /// <summary>Another program that has the verb.</summary>
    public static ChildCommand Of(Assembly assembly)
    {
        string program = Path.ChangeExtension(assembly.Location, null);
        return File.Exists(program) ? new ChildCommand(program, []) : new ChildCommand("dotnet", [assembly.Location]);
    }
}
