namespace Cluster.Silo.Workers;

/// <summary>A program and its first arguments; the child's own follow.</summary>
internal sealed record ChildCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>This program, also where another one (a test) has loaded it as a library.</summary>
    public static ChildCommand Own
    {
        get
        {
            string assembly = typeof(ChildCommand).Assembly.Location;
            string program = Path.ChangeExtension(assembly, null);
            return File.Exists(program) ? new ChildCommand(program, []) : new ChildCommand("dotnet", [assembly]);
        }
    }
}
