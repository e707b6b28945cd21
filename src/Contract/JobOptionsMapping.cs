using System.Collections;
using System.Reflection;
using System.Text.Json;
using Cluster.Coordinator.Model.Options;
using Google.Protobuf.Reflection;

namespace Cluster.Contract;

/// <summary>
/// The options of a job on the wire, each in the field of its name: what a client sends, and what a server reads and shows. What is left
/// open is not set, in either direction.
/// </summary>
public static class JobOptionsMapping
{
    private static readonly (PropertyInfo Option, FieldDescriptor Field)[] Options =
    [
        .. typeof(JobOptions).GetProperties().Where(property => property.CanWrite).Select(property => (property, FieldOf(property.Name))),
    ];

    /// <summary>The name of an option's field in the contract.</summary>
    public static string FieldName(string option) => JsonNamingPolicy.SnakeCaseLower.ConvertName(option);

    /// <summary>Sets a message's fields.</summary>
    public static void Write(JobOptions options, V1.JobSpec spec)
    {
        foreach (var (option, field) in Options)
        {
            field.Accessor.Clear(spec);
            switch (option.GetValue(options))
            {
                case null:
                    break;
                case IEnumerable<string> list:
                    foreach (string item in list)
                    {
                        ((IList)field.Accessor.GetValue(spec)).Add(item);
                    }

                    break;
                case Enum choice:
                    field.Accessor.SetValue(spec, Enum.Parse(field.EnumType.ClrType, $"{choice}"));
                    break;
                case var value:
                    field.Accessor.SetValue(spec, value);
                    break;
            }
        }
    }

    /// <summary>
    /// Reads a message's fields; those that are not set have their defaults. Nothing is checked: see
    /// <see cref="JobOptions.Validate"/>.
    /// </summary>
    public static JobOptions Read(V1.JobSpec spec)
    {
        var read = new JobOptions();
        foreach (var (option, field) in Options)
        {
            if ((!field.HasPresence || field.Accessor.HasValue(spec)) && Value(option, field.Accessor.GetValue(spec)) is { } value)
            {
                option.SetValue(read, value);
            }
        }

        return read;
    }

    private static object? Value(PropertyInfo option, object field) => field switch
    {
        IEnumerable<string> list => list.Any() ? list.ToArray() : null,
        string text => text.Length == 0 ? null : text,
        Enum member => Convert.ToInt32(member, null) == 0 ? null : ChoiceOf(option, member),
        var number => number,
    };

    // A member of a later contract keeps its number, which the option's limits refuse.
    private static object ChoiceOf(PropertyInfo option, Enum member)
    {
        var choices = Nullable.GetUnderlyingType(option.PropertyType)!;
        return Enum.TryParse(choices, $"{member}", out object? choice) ? choice : Enum.ToObject(choices, member);
    }

    private static FieldDescriptor FieldOf(string option) => V1.JobSpec.Descriptor.FindFieldByName(FieldName(option))
        ?? throw new InvalidOperationException($"The contract's JobSpec has no field for the option {option}.");
}
