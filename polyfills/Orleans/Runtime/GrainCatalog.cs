using System.Reflection;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>The grain classes of the program: those of every assembly that references this one.</summary>
internal sealed class GrainCatalog
{
    private readonly Dictionary<string, GrainClass> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, List<GrainClass>> _byInterface = [];

    public GrainCatalog()
    {
        foreach (var type in Assemblies().SelectMany(assembly => assembly.GetTypes()).Where(IsGrain))
        {
            var grainClass = new GrainClass(type);
            if (!_byName.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new OrleansConfigurationException(
                    $"{type} and {_byName[grainClass.GrainType].Type} are both named '{grainClass.GrainType}': "
                    + "give one a [GrainType(\"…\")].");
            }

            foreach (var face in grainClass.Interfaces)
            {
                (_byInterface.TryGetValue(face, out var classes) ? classes : _byInterface[face] = []).Add(grainClass);
            }
        }
    }

    public GrainClass Class(string type) =>
        _byName.TryGetValue(type, out var grainClass)
            ? grainClass
            : throw new ArgumentException($"Could not find an implementation for grain type {type}", nameof(type));

    /// <exception cref="ArgumentException">No class, or more than one, implements the interface.</exception>
    public GrainClass Implementing(Type face, string? prefix)
    {
        if (!_byInterface.TryGetValue(face, out var classes))
        {
            throw new ArgumentException($"Could not find an implementation for interface {face}", nameof(face));
        }

        var matching = string.IsNullOrEmpty(prefix)
            ? classes
            : classes.FindAll(candidate => candidate.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal));
        return matching.Count switch
        {
            1 => matching[0],
            0 =>
                throw new ArgumentException(
                    $"Could not find an implementation matching prefix \"{prefix}\" for interface {face}", nameof(face)),
            _ => throw new ArgumentException($"Unable to identify a single appropriate grain type for interface {face}. Candidates: "
                + string.Join(", ", matching.Select(candidate => candidate.GrainType)), nameof(face)),
        };
    }

    /// <summary>The package finds these when it compiles or, in development, when a silo starts; here every start looks.</summary>
    public void Validate(DeepCopier copier)
    {
        var complaints = new List<string>();
        foreach (var method in _byInterface.Keys.SelectMany(face => face.GetMethods()))
        {
            var shape = MethodShape.Of(method);
            var types = method.GetParameters().Select(parameter => parameter.ParameterType).Append(shape.ResultType ?? typeof(object));
            complaints.AddRange(types.Select(copier.Complaint).OfType<string>()
                .Select(complaint => $"{method.DeclaringType!.Name}.{method.Name}: {complaint}"));
        }

        if (complaints.Count > 0)
        {
            throw new OrleansConfigurationException(
                "Found unserializable or uncopyable types which are being referenced in grain interface signatures:\n"
                + string.Join('\n', complaints));
        }
    }

    private static List<Assembly> Assemblies()
    {
        var own = typeof(IGrain).Assembly.GetName().Name;
        var seen = AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic)
            .ToDictionary(assembly => assembly.FullName!, StringComparer.Ordinal);
        var queue = new Queue<Assembly>(seen.Values);
        var found = new List<Assembly>();
        while (queue.TryDequeue(out var assembly))
        {
            var references = assembly.GetReferencedAssemblies();
            if (Array.Exists(references, reference => string.Equals(reference.Name, own, StringComparison.Ordinal)))
            {
                found.Add(assembly);
            }

            foreach (var reference in references.Where(reference => !IsFramework(reference.Name!) && !seen.ContainsKey(reference.FullName)))
            {
                // A reference that was not deployed can hold no grain.
                if (File.Exists(Path.Combine(AppContext.BaseDirectory, reference.Name + ".dll")))
                {
                    var loaded = Assembly.Load(reference);
                    seen[reference.FullName] = loaded;
                    queue.Enqueue(loaded);
                }
            }
        }

        return found.Distinct().ToList();
    }

    private static bool IsGrain(Type type) =>
        type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }
        && typeof(IGrain).IsAssignableFrom(type) && !typeof(GrainReference).IsAssignableFrom(type);

    private static bool IsFramework(string name) =>
        name.StartsWith("System", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal)
        || string.Equals(name, "netstandard", StringComparison.Ordinal) || string.Equals(name, "mscorlib", StringComparison.Ordinal);
}
