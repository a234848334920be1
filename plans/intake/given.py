"""Given names common in English-speaking offices, by which a full name is told from the name of a body."""

from __future__ import annotations

GIVEN = frozenset(
    """
Aaron Abdul Abigail Adam Adrian Agnes Ahmed Aisha Alan Albert Alejandro Alex Alexander Alexandra Alfred Ali Alice
Alison Amanda Amber Amina Amir Amit Amy Ana Andrea Andrew Angela Anita Anjali Ann Anna Anne Annette Anthony Antonio
Arjun Arthur Asha Ashley Audrey Barbara Beatrice Ben Benjamin Bernard Beth Betty Bill Bob Bradley Brandon Brenda
Brian Bridget Bruce Bryan Caitlin Cameron Carl Carla Carlos Carmen Carol Caroline Catherine Cathy Cecilia Charles
Charlotte Cheryl Chloe Chris Christian Christina Christine Christopher Claire Clara Claudia Colin Connor Craig
Cynthia Daisy Dan Daniel Daniela Danielle Darren Dave David Dawn Dean Deborah Debra Deepak Denise Dennis Derek Diana
Diane Diego Dmitri Dominic Donald Donna Doris Dorothy Douglas Duncan Edward Edwin Eileen Elaine Eleanor Elena Eli
Elizabeth Ella Ellen Emily Emma Eric Erica Erin Ethan Eva Evelyn Fatima Felix Fernando Fiona Frances Francesca
Francis Frank Fred Gabriel Gareth Gary Gavin Gemma Geoffrey George Georgina Gerald Gillian Gloria Gordon Graham Greg
Gregory Gwen Hannah Hans Harold Harriet Harry Hassan Heather Helen Henry Hilary Holly Howard Hugh Hussein Iain Ian
Ibrahim Imran Ingrid Irene Isaac Isabel Isabella Ivan Jack Jacob Jacqueline Jake James Jamie Jane Janet Janice
Jasmine Jason Javier Jean Jeff Jeffrey Jennifer Jenny Jeremy Jerry Jessica Jill Jim Joan Joanna Joanne Joe Joel
Johan John Jon Jonathan Jordan Jorge Jose Joseph Joshua Joy Joyce Juan Judith Judy Julia Julian Julie Justin Karen
Karl Kate Katherine Kathleen Kathryn Katie Keith Kelly Ken Kenneth Kerry Kevin Khalid Kim Kirsty Kofi Kumar Kwame
Laura Lauren Lawrence Leah Lee Leo Leon Leonard Lesley Leslie Lewis Liam Lilian Lily Linda Lisa Liz Lorna Lorraine
Louis Louise Lucas Lucia Lucy Luis Luke Lydia Lynn Malcolm Marc Marcus Margaret Maria Marian Marie Marilyn Marion
Marjorie Mark Martha Martin Mary Mateusz Matt Matthew Maureen Max Maya Meera Megan Melanie Melissa Michael Michelle
Miguel Mike Mina Miriam Mohamed Mohammed Moira Molly Monica Muhammad Nadia Nancy Naomi Natalie Natasha Nathan Neha
Neil Niall Nicholas Nicola Nicole Nigel Nina Noah Nora Norma Olga Oliver Olivia Omar Oscar Owen Pablo Pamela
Patricia Patrick Paul Paula Pauline Pedro Penny Peter Philip Phillip Phoebe Pierre Polly Priya Rachel Rahul Raj
Rajesh Ralph Ravi Raymond Rebecca Richard Rita Robert Roberta Robin Roger Rohan Ronald Rosa Rose Rosemary Ross Roy
Ruby Rupert Russell Ruth Ryan Sally Sam Samantha Samuel Sandra Sanjay Sara Sarah Scott Sean Sergei Shannon Sharon
Sheila Shirley Simon Sofia Sophia Sophie Stanley Stella Stephanie Stephen Steve Steven Stuart Sunil Sunita Suresh
Susan Suzanne Sylvia Tamara Tanya Tara Teresa Terry Theresa Thomas Tim Timothy Tina Toby Tom Tony Tracey Tracy
Trevor Tyler Una Ursula Valerie Vanessa Venkat Vera Veronica Victor Victoria Vijay Vincent Virginia Vivian Walter
Wanda Wayne Wendy William Yasmin Yusuf Yvonne Zahra Zoe
""".split()  # noqa: SIM905 - names for people to read and add to
)
